# Playbook and the next batch
plays-heading = What we know
plays-none-title = Nothing learned yet
plays-none = Calling an experiment writes a play. What you know already you can write down yourself; it counts as said, not as proven.
plays-lead = One sentence for each thing learned. The next batch follows them in most drafts and looks elsewhere in some.
plays-play = Play
plays-grade = Evidence
plays-market = Market
plays-market-help = A language tag, if it holds only there. May be empty.
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
batch-title = Breed the next batch
batch-note = Cards from plays and winners, and some that look where you have not been. Nothing is made until you accept.
batch-size = Cards
batch-size-help = 1 to 60
batch-explore = Share that looks elsewhere, %
batch-explore-help = 15 to 35 keeps a loop from narrowing.
batch-go = Draw the cards
batch-earlier = Earlier batches
batch-line = { $n } cards, { $share } elsewhere
error-batch-size = A whole number from 1 to 60.
error-batch-explore = A share from 0 to 100 %.
slate-heading = { $n ->
    [0] Every card is an idea now
    [one] One card to look at
   *[other] { $n } cards to look at
  }
slate-lead = { $share } look elsewhere. Take off what you would not make, then accept the rest: each becomes an idea with three drafts on the desk.
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
slate-kind-winner = winner
slate-kind-explore = elsewhere
slate-why-play = Follows what was learned:
slate-why-winner = Builds on what its test spoke for:
slate-why-explore = Lenses you have hardly used together.
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
slate-format-video = { $line }
slate-format-series = { $line } (a series)
slate-format-carousel = { $line } (in pictures)
slate-format-question = { $line } (viewers answer)
slate-format-other = { $line } ({ $format })
slate-opening = Open the way that won: “{ $hook }”
slate-format = Format: { $format }
slate-because-play = We learned: { $play }
slate-because-winner = Its test spoke for “{ $title }”.
slate-because-explore = Hardly tried yet in this project.
