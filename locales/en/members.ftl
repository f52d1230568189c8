members-title = Members
members-heading = { $n ->
    [one] One person works here
   *[other] { $n } people work here
  }
members-note = A role says what somebody may do, projects say where. Changes count from their next click on.
members-member = Member
members-role = Role
members-role-note-owner = Everything, settings and members included. There is always one.
members-role-note-producer = Everything inside their projects: channels, approval, publishing, calling experiments.
members-role-note-maker = Creates, edits, runs generation.
members-role-note-reviewer = Decides, duels, comments.
members-role-note-viewer = Reads.
members-projects = Projects
members-projects-help = Owners see every project. Everybody else sees those ticked here.
members-all-projects = all
members-no-projects = none yet
members-state = State
members-state-active = active
members-state-deactivated = deactivated
members-seen = Last seen
members-not-seen = not yet
members-audit = What they did
members-access = Access
members-saved = Saved. It counts from their next click on.
members-deactivate = Deactivate
members-deactivate-note = Sessions, tokens and open links end at once. What was made stays.
members-deactivated = { $name } is deactivated.
members-reactivate = Reactivate
members-reactivate-note = They sign in with the password they had. Their tokens stay revoked.
members-reactivated = { $name } is back.
members-last-owner = The studio needs an owner who is active
members-last-owner-next = Make somebody else an owner first.
invitations-title = Invitations
invitations-heading = { $n ->
    [0] No invitation is open
    [one] One invitation is open
   *[other] { $n } invitations are open
  }
invitations-note = A link is good for 72 hours and for one person. It gives no right before it is accepted.
invitations-new = Invite
invitations-new-title = Whom do you invite?
invitations-new-note = You get a link to hand over yourself; no mail is sent.
invitations-email-help = The link is bound to it; they sign in with it.
invitations-make = Make the link
invitations-once = The invitation
invitations-once-note = Hand this link over now. It is shown this once and kept nowhere.
invitations-by = from { $name }
invitations-expires = ends { $when }
invitations-revoke = Revoke
invitations-revoked = The invitation is revoked; its link opens nothing.
accept-title = Join { $name }
accept-note = You are invited as { $role }. The link ends { $when }.
accept-go = Join the studio
reset-title = Set a new password
reset-page-note = This link works once. Every session of yours ends with it.
reset-note = A link with which they set a new password themselves. It is good for one day and ends their sessions when it is used.
reset-make = Make a reset link
reset-once = The reset link
reset-once-note = Hand this link over now. It is shown this once and kept nowhere.
reset-done = The new password counts. Sign in with it.
