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
slate-lead = At least { $share } try what was hardly tried. Take off what you would not make, then accept the rest: each becomes an idea with three drafts on the desk.
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
plays-expires = Holds until
plays-expires-help = The last day on which cards follow it. Empty: until further notice.
plays-until = holds until { $day }
plays-expired = expired after { $day }
error-play-expires = A date such as 2027-03-31.
slate-heading-none = No card is left
slate-expected = Expected: { $index }, { $range }; 1 is usual here.
slate-between = between { $low } and { $high } in nine cases of ten
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
