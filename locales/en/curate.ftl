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
curate-batch = Several at once
curate-batch-approve = Approve the chosen
curate-batch-reject = Reject the chosen
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
