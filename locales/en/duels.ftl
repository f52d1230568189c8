# Duels and taste
duels-title = Duels
duels-heading = Which one is better?
duels-lead = Blind: who or what wrote them is hidden.
duels-answered = { $n ->
    [one] One answer of yours in 24 hours.
   *[other] { $n } answers of yours in 24 hours.
  }
duels-key-better = the better one
duels-left = A is better
duels-right = B is better
duels-tie = Equal
duels-skip = Skip
duels-undo = Take the last answer back
duels-of = Which drafts
duels-drafts = { $n ->
    [one] One draft
   *[other] { $n } drafts
  }
duels-this-piece = Only drafts of this piece
duels-all-pieces = all pieces
duels-all = All drafts
duels-exhausted = You have answered every pair of these drafts. Further answers only show whether you would answer the same again.
duels-read-only = Reviewers and producers answer duels; you may look.
duels-none-title = A duel needs two drafts
duels-none = Drafts of one language meet here while they are on the desk or approved. Write or generate a second one, then come back.
duels-said-before = Your answer was counted already. This pair is next.
duels-said-gone = One of the two left the desk meanwhile, so nothing was counted.
duels-said-undone = Taken back. This is the pair once more.
duels-error-same = A draft cannot meet itself.
duels-gone = One of the two is not being compared any more
duels-gone-next = Ask for the next pair.
duels-two-languages = These two are in different languages
duels-two-languages-next = Only drafts of one language are compared.
duels-not-yours = This answer is somebody else’s
duels-not-yours-next = Everybody takes back their own.
tastes-title = Taste
tastes-lead = What the duels imply, language by language.
tastes-none-title = No taste yet
tastes-none = Compare drafts in pairs, a few minutes a day. The ranking grows from the answers, with how sure it is.
tastes-begin = Begin with a duel
tastes-more = More duels
tastes-heading-one = One draft stands apart as the best liked
tastes-heading = The best liked one is not set apart yet: its rank is 1 to { $n }
tastes-answers = Answers
tastes-members = { $n ->
    [one] from one person
   *[other] from { $n } people
  }
tastes-left = A was chosen
tastes-leans = one side is favoured: look at both before you answer
tastes-leans-not = no side is favoured
tastes-only-ties = only ties so far
tastes-alike = Same answer again
tastes-repeats = { $n ->
    [one] of the one time a pair was asked again
   *[other] of { $n } times a pair was asked again
  }
tastes-no-repeats = no pair was asked again yet
tastes-agreement = Agreement (Krippendorff’s α)
tastes-shared = { $n ->
    [one] one pair
   *[other] { $n } pairs
  }
tastes-agree = people agree well enough for one ranking
tastes-disagree = people disagree: below 0.67 one ranking for all says little
tastes-agreement-missing = { $n ->
    [one] not enough: one more pair that two people have answered
   *[other] not enough: { $n } more pairs that two people have answered
  }
tastes-interval = { $low } to { $high }
tastes-measuring = Measuring
tastes-rank = Rank
tastes-draft = Draft
tastes-taste = Taste
tastes-drawn = 90 % interval, 50 is the middle
tastes-ranks = Ranks, 90 %
tastes-duels = Duels
tastes-note = Taste is 50 plus ten times the strength by Bradley and Terry; ± is one standard deviation. Ten points more win 73 of 100 duels. A tie is half a win each way. Shares have 95 % intervals.
tastes-market = Taste and the market
