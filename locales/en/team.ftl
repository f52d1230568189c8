login-title = Sign in to your studio
login-note = Ask an owner for an invitation if you have no account.
login-email = E-mail
login-password = Password
login-help = Forgotten? An owner can give you a new link.
login-go = Sign in
setup-title = Set up your studio
setup-note = { $n ->
    [one] This link works once and for one more minute. It makes you the owner.
   *[other] This link works once and for { $n } more minutes. It makes you the owner.
  }
setup-name = Your name
setup-studio = Studio
setup-email-note = to sign in; no mail is sent
setup-show = Show
setup-hide = Hide
setup-password-help = At least 8 characters. A short sentence is easiest to remember.
setup-language = Language of the interface
setup-zone = Time zone
setup-zone-found = found from this browser
setup-zone-help = Yours. Each market keeps its own.
setup-begin = Begin with
setup-begin-sample = A sample project
setup-begin-sample-note = Ideas and drafts to choose from, and an invented audience to publish to, marked as sample. One click removes it.
setup-begin-empty = An empty studio
setup-begin-empty-note = Your first steps, nothing else.
setup-go = Open the studio
