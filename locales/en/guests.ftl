guests-title = Guests
guests-note = Somebody without an account who was handed some drafts by a link.
guests-new = Hand drafts to a guest
guests-once = The link, shown this once
guests-once-note = Send it to your guest yourself. It cannot be shown again; a new one can always be made.
guests-none = No guest has been invited yet. Tick drafts in the grid, or begin here.
guests-is-revoked = revoked
guests-is-over = over
guests-until = ends { $when }
guests-decides = comments and decides
guests-comments = comments
guests-drafts = { $n ->
    [one] one draft
   *[other] { $n } drafts
  }
guests-said = { $n ->
    [one] one comment
   *[other] { $n } comments
  }
guests-decisions = { $n ->
    [one] one decision
   *[other] { $n } decisions
  }
guests-seen = was here { $when }
guests-unseen = not opened yet
guests-by = by { $name }
guests-revoke = Revoke
guests-revoked = The link is revoked. Whoever opens it reads that it has ended.
guests-new-note = They see these drafts and the talk about them, and nothing else of the studio.
guests-name = Name
guests-name-help = It stands beside what they say.
guests-may-decide = May decide, too
guests-may-decide-help = Otherwise they comment. Where two approvals are asked for, theirs is one of them.
guests-days = The link ends
guests-in-days = { $n ->
    [1] after a day
   *[other] after { $n } days
  }
guests-which = Which drafts
guests-make = Make the link
guests-ended = This link has ended
guests-ended-note = Ask { $name } for a new one. What you said before has reached them.
guests-hello = { $name }, { $n ->
    [one] one draft waits for your eye
   *[other] { $n } drafts wait for your eye
  }
guests-hello-note = From { $name }. This link ends { $when }.
guests-hello-decides = Say what you think, and decide.
guests-hello-comments = Say what you think.
guests-nothing = Nothing lies here any more.
guests-draft-of = Draft { $n } of { $of }
guests-reason = Why, in a few words
guests-you-approved = You approved it
guests-you-rejected = You rejected it
guests-you-changes_requested = You asked for changes
guests-said-decided = Your decision is written down.
guests-comment-only = This link is for comments
guests-comment-only-next = Whoever sent it can make one that decides.
guests-decided = It has been decided already
guests-decided-next = Your comment still reaches the team.
guests-error-days = Choose one to ninety days.
guests-error-none = Tick at least one draft.
guests-error-gone = One of these drafts is gone. Look at the list again.
