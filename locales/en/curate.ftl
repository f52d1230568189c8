curate-heading = { $n ->
    [0] Nothing waits on the desk
    [one] One draft waits for you
   *[other] { $n } drafts wait for you
  }
curate-note = Approve, reject or edit. Your reasons teach the next batch.
curate-note-empty = Nothing is left to decide here.
curate-desk = Desk
curate-approve = Approve
curate-reject = Reject
curate-edit = Edit
curate-changes = Ask for changes
curate-more = More like this
curate-withdraw = Take the approval back
curate-against-parent = Against the parent
curate-why = Why not
curate-reason = Reason
curate-chip-dull = dull opening
curate-chip-same = said before
curate-chip-untrue = not true
curate-chip-tone = wrong tone
curate-chip-long = too long
curate-empty = Drafts come here from runs, and from people who write them.
curate-decisions = The latest decisions
curate-draft = Draft
curate-decision = Decision
curate-who = By
curate-when = When
curate-undone = taken back
curate-none-yet = None yet.
curate-title-approved = Approved, and free to go out
curate-title-rejected = Rejected
curate-title-changes_requested = Waiting for changes
curate-said-approved = Approved “{ $title }”.
curate-said-rejected = Rejected “{ $title }”.
curate-said-changes = Changes are asked of “{ $title }”.
curate-said-undone = Taken back.
curate-said-batch = { $n ->
    [0] They were decided already.
    [one] One decision was written.
   *[other] { $n } decisions were written.
  }
curate-decided-before = “{ $title }” was decided already.
curate-not-on-desk = This variant is not on the desk
curate-not-on-desk-next = It was imported or archived; branch from it to work on it.
curate-nothing-to-undo = There is no decision to take back
curate-nothing-to-undo-next = Somebody may have taken it back before you.
curate-said-undone-batch = { $n } decisions taken back.
curate-to-calendar = Plan what is approved
curate-publish = Publish
curate-grid = Grid
curate-all-decisions = All decisions
curate-filter = Filter
curate-whose-me = mine
curate-whose-nobody = nobody’s
curate-below = under the floor
curate-none-match = No draft matches these filters.
curate-no-filter = Show all
curate-first-of-two = first approval
curate-guest = guest
curate-first-by = { $name } has approved it; one more person is asked.
curate-originality = Originality
curate-taste = Taste
curate-nearest = Nearest own
curate-prompt = Prompt
curate-prompt-version = { $name }, version { $n }
curate-comments = Comments
curate-assignee = For
curate-assign = Hand it to somebody
curate-days = Until
curate-no-date = no date
curate-in-days = { $n ->
    [one] by tomorrow
   *[other] in { $n } days
  }
curate-duel = Duel
curate-less = Less like this
curate-not-saved = That decision was not written down. The draft is back on the desk.
curate-log-title = Who decided what, and why
curate-log-note = Every decision stays in this list, those that were taken back too.
curate-grid-note = Tick what goes together. Nothing is decided before you have seen the summary.
curate-all = Tick all
curate-none = Tick none
curate-summary-approved = { $n ->
    [one] One draft would be approved
   *[other] { $n } drafts would be approved
  }
curate-summary-rejected = { $n ->
    [one] One draft would be rejected
   *[other] { $n } drafts would be rejected
  }
curate-summary-changes_requested = { $n ->
    [one] Changes would be asked of one draft
   *[other] Changes would be asked of { $n } drafts
  }
curate-summary-note = Nothing is written yet. It can be taken back in one click afterwards.
curate-summary-below = { $n ->
    [one] One of them is under the floor of originality.
   *[other] { $n } of them are under the floor of originality.
  }
curate-summary-left = { $n ->
    [one] One was decided meanwhile and stays as it is.
   *[other] { $n } were decided meanwhile and stay as they are.
  }
curate-doubtful = doubtful:
curate-do-approved = { $n ->
    [one] Approve it
   *[other] Approve { $n }
  }
curate-do-rejected = { $n ->
    [one] Reject it
   *[other] Reject { $n }
  }
curate-do-changes_requested = { $n ->
    [one] Ask for changes
   *[other] Ask for changes of { $n }
  }
curate-overtaken-title = Somebody was faster
curate-overtaken-note = While you read “{ $title }”, this happened. Your decision is not written yet.
curate-overtaken-decided = What was decided
curate-overtaken-changed = What you read, and what it says now
curate-overtaken-leave = Leave it so
curate-overtaken-approved = Approve it as it is now
curate-overtaken-rejected = Reject it all the same
curate-overtaken-changes_requested = Ask for changes all the same
curate-side = Side by side
curate-side-note = Marked against the first: what went is struck, what came is underlined.
curate-side-by = How it is compared
curate-by-word = By word
curate-by-character = By character
curate-side-empty = Choose variants of a piece to see them side by side.
curate-side-original = as it was first written
curate-side-human = { $n } % by people
curate-side-drop = take away
curate-side-more = Put another beside them
curate-said-approved-first = “{ $title }” has its first approval. Somebody else gives the second.
curate-said-overtaken = Somebody was faster. Look before you decide.
curate-said-batch-overtaken = { $n } decided. { $name } were decided or changed by somebody else and stay as they are.
curate-said-assigned = { $n ->
    [one] Handed over.
   *[other] { $n } drafts handed over.
  }
curate-second-person = You have given the first approval
curate-second-person-next = This project asks for two people. Somebody else gives the second.
curate-error-assignee = Choose somebody who decides in this project.
curate-percentile = newer than { $n } % of your own
curate-gain = Adds to the last 20
curate-error-days = Choose 0 to 365 days.
