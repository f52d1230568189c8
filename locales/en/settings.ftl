settings-own = Yours
settings-studio = The studio's
settings-sign-out = Sign out
settings-password-note = Set a new one; every other session ends.
settings-sessions-note = Where you are signed in, and ending that.
settings-tokens-note = What programs may do in your name.
settings-members-note = Who works here, as what, in which projects.
settings-backends = Backends
settings-backends-note = What drafts for you, and at what price.
settings-audit-note = What was done, by whom, from where.
once-copy = Copy
once-copied = Copied.
profile-title = Profile
profile-note = Your name, language, time zone, theme and keys.
profile-name-help = As others see it beside your work.
profile-zone-help = Times are shown in it. Each market keeps its own.
profile-theme = Theme
profile-theme-auto = As the system
profile-theme-light = Light
profile-theme-dark = Dark
profile-keys = Single-letter keys
profile-keys-help = They never fire while you type. Press ? on any page to see them.
profile-more = More of yours
profile-saved = Saved.
password-title = Password
password-note = Every other session ends when you set a new one.
password-old = Password so far
password-new = New password
password-go = Set the password
password-changed = The new password counts. Every other session has ended.
error-old-password = This is not your password so far.
departure-title = Leave the studio
departure-note = Your sessions and tokens end at once. What you made stays. Only an owner can let you in again.
departure-name = Type “{ $name }” to say that you mean it
departure-name-help = Your name as it stands in your profile.
departure-go = Leave the studio
departure-done = You have left the studio.
error-own-name = Type your name exactly as it stands in your profile.
sessions-title = Sessions
sessions-heading = { $n ->
    [one] You are signed in here only
   *[other] You are signed in on { $n } browsers
  }
sessions-note = A session ends after fourteen days without you, after thirty days in any case.
sessions-here = this browser
sessions-unknown-agent = A browser that does not say its name
sessions-seen = last seen { $when }
sessions-since = since { $when }
sessions-end = End it
sessions-end-others = End all others
sessions-ended = That session has ended.
sessions-others-ended = { $n ->
    [0] There was no other session.
    [one] One other session has ended.
   *[other] { $n } other sessions have ended.
  }
tokens-title = API tokens
tokens-heading = { $n ->
    [0] No program acts for you
    [one] One program may act for you
   *[other] { $n } programs may act for you
  }
tokens-note = A token never does more than you may. It ends when you revoke it or leave.
tokens-once = Your new token
tokens-once-note = Copy it now. It is shown this once and kept nowhere.
tokens-name = Name
tokens-name-help = The program that will carry it.
tokens-prefix = Begins with
tokens-scopes = May
tokens-scope-read = read
tokens-scope-write = make
tokens-scope-publish = decide and publish
tokens-scope-admin = administer
tokens-scope-all = everything you may
tokens-scope-note-read = Looks, changes nothing.
tokens-scope-note-write = What a maker does: ideas, drafts, runs.
tokens-scope-note-publish = Approval, publications, choices.
tokens-scope-note-admin = Members, backends, settings, audit.
tokens-scope-note-all = Also makes and ends tokens.
tokens-expires = Ends
tokens-days-30 = in 30 days
tokens-days-90 = in 90 days
tokens-days-365 = in a year
tokens-days-never = never
tokens-over = has ended
tokens-used = Last used
tokens-unused = never
tokens-new = A new token
tokens-make = Make the token
tokens-revoke = Revoke
tokens-revoked = The token is revoked. The program that has it is refused from now on.
