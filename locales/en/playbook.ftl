# Playbook and the next batch
plays-heading = What we know
plays-none-title = Nothing learned yet
plays-none = Calling an experiment writes a play. What you know already you can write down yourself; it counts as said, not as proven.
plays-lead = One sentence for each thing learned. Most of the next batch follows them, some of it tries something new.
plays-play = Play
plays-grade = Evidence
plays-market = Market
plays-market-help = Choose one if it holds only there.
plays-from = From
plays-used = Used
plays-age = Age
plays-new = Write a play
plays-sentence = Sentence
plays-sentence-help = What works, where, for whom.
plays-keep = Keep the play
plays-edit = Edit the play
plays-bin = Move to the bin
plays-used-line = { $n ->
    [0] not used yet
    [one] used once
   *[other] used { $n } times
  }
plays-written = Kept in the playbook.
plays-saved = Saved.
plays-binned = The play is in the bin.
batch-title = Suggest the next batch
batch-note = Cards from what you learned and from versions that lead their tests, and some in directions you have not tried. Nothing is made until you accept.
batch-size = Cards
batch-size-help = 1 to 60
batch-explore = Share that tries something new, %
batch-explore-help = 15 to 35, so that your work does not grow narrower.
batch-go = Draw the cards
batch-earlier = Earlier batches
batch-line = { $n } cards, { $share } of them new directions
error-batch-size = A whole number from 1 to 60.
error-batch-explore = A share from 0 to 100 %.
slate-heading = { $n ->
    [0] Every card is an idea now
    [one] One card to look at
   *[other] { $n } cards to look at
  }
slate-lead = { $share } try something new. Take off what you would not make, then accept the rest: each becomes an idea with three drafts on the desk.
slate-lead-done = Their drafts are on the desk as soon as they are written.
slate-empty = No card is left. Draw another batch from the playbook.
slate-accept = { $n ->
    [one] Accept it, { $drafts } drafts
   *[other] Accept { $n }, { $drafts } drafts
  }
slate-refuse = Take off
slate-refused = The card is off.
slate-to-idea = the idea
slate-kind-play = play
slate-kind-explore = new direction
slate-why-play = Follows what was learned: { $what }
slate-why-explore = You have hardly tried this combination yet.
slate-accepted = { $n ->
    [one] One idea goes into production; its drafts come to the desk.
   *[other] { $n } ideas go into production; their drafts come to the desk.
  }
plays-edited = reworded since
slate-angle-beginner = { $topic } through a beginner’s eyes
slate-angle-made = { $topic }: how it is made
slate-angle-disagree = { $topic }: two people who disagree
slate-angle-mistake = { $topic }: one mistake and what it taught
slate-angle-object = { $topic }, told by one object
slate-angle-past = { $topic }, then and now
slate-angle-other = { $topic }: { $angle }
slate-emotion-tenderness = { $line }, told tenderly
slate-emotion-suspense = { $line }, with the end held back
slate-emotion-pride = { $line }, told with pride
slate-emotion-laughter = { $line }, played for laughs
slate-emotion-longing = { $line }, for those who miss it
slate-emotion-other = { $line }, with { $emotion }
slate-because-play = We learned: { $play }
slate-because-explore = Hardly tried yet in this project.
slate-kind-proven = proven better
slate-kind-leading = leading, not proven
slate-why-proven = Builds on the version that its test proved better: “{ $what }”.
slate-why-leading = Builds on the version that leads its test and is not proven better: “{ $what }”.
slate-opens = Its first draft opens the same way.
slate-because-proven = “{ $title }” was proven better in its test.
slate-because-leading = “{ $title }” leads its test; it is not proven better.
markets-any = Everywhere
slate-kind-chosen = a person’s choice
slate-why-chosen = Builds on the version that a person chose; its test does not speak for it: “{ $what }”.
slate-because-chosen = A person chose “{ $title }”; its test does not speak for it.
