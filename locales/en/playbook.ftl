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
slate-lead = At least { $share } try something new. Take off what you would not make, then accept the rest: each becomes an idea with three drafts on the desk.
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
plays-expires = Holds until
plays-expires-help = The last day on which cards follow it. Empty: until further notice.
plays-until = holds until { $day }
plays-expired = expired after { $day }
error-play-expires = A date such as 2027-03-31.
slate-heading-none = No card is left
slate-expected = Expected: { $index }, { $range }; 1 is usual here.
slate-between = between { $low } and { $high } in nine cases of ten
slate-inherits = It was never posted; this comes from posts that share something with it.
slate-posts = { $n ->
    [0] Nothing like it was posted yet, so this is a guess.
    [one] It rests on one post.
   *[other] It rests on { $n } posts.
  }
slate-nearest = Nearest to it among your own:
slate-similarity = ({ $share } alike).
slate-originality = Originality { $figure }.
slate-explores = fewer than 3 posts
slate-accept-one = Accept this one
slate-change = Change the words first
slate-title = Title
slate-angle = Angle
slate-accept-changed = Accept it so
slate-put-back = Put back
slate-off = { $n ->
    [one] One card taken off
   *[other] { $n } cards taken off
  }
slate-decided-accepted = accepted by { $name }
slate-decided-changed = changed and accepted by { $name }
slate-decided-refused = taken off by { $name }
judged-title = How good the suggestions were
judged-note = Cards of the last 180 days, and what came of them beside the ideas people wrote since the first of them. 1 is usual.
judged-accepted = Accepted as they were
judged-changed = Changed first
judged-refused = Taken off
judged-cards = Mean index of ideas from cards
judged-own = Mean index of people’s own ideas
judged-ratio = Cards over own ideas
judged-weighted = Had all candidates been drawn alike
judged-interval = { " " }({ $low } to { $high })
judged-n = { $n ->
    [one] , one idea
   *[other] , { $n } ideas
  }
judged-missing = { $n ->
    [one] Not enough yet: one more idea with numbers
   *[other] Not enough yet: { $n } more ideas with numbers
  }
judged-claim = Grade C: nobody assigned ideas to either side by chance, so this says “likely”, not “because of”. Intervals hold nine times of ten.
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
