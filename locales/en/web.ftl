# What every page shares.
layout-skip = Skip to the page
layout-rooms = Rooms
layout-offline = No connection. Nothing was lost; try again.
layout-failed = That did not work. Nothing was changed.
layout-sample = Sample project
layout-switch-project = Another project
layout-choose-project = Choose one
layout-undo = Undo
layout-search = Search
layout-settings = Settings
act-today = Today
act-create = Create
act-choose = Choose
act-release = Release
act-learn = Learn
room-ideas = Ideas
room-pieces = Pieces
room-prompts = Prompts
room-runs = Runs
room-curate = Curate
room-originality = Originality
room-calendar = Calendar
room-publications = Publications
room-channels = Channels
room-performance = Performance
room-experiments = Experiments
room-playbook = Playbook
room-imports = Imports
role-owner = owner
role-producer = producer
role-maker = maker
role-reviewer = reviewer
role-viewer = viewer
keys-title = Keys of this page
keys-close = Close
keys-help = this list
keys-search = search everything
keys-move = move
keys-undo = undo the last step
keys-save = save the form
keys-off = Keys never fire while you type. You can switch them off in your profile.
door-about = About Troupe
door-say = A model drafts. You decide. The record remembers who did which.
door-note = Everything stays on this machine: one program, one database file. Nothing is sent anywhere until you connect it.
form-summary = { $n ->
    [one] One thing to change. Everything else is kept.
   *[other] { $n } things to change. Everything else is kept.
  }
form-save = Save
form-cancel = Cancel
pager-next = Next page
when-exact = { $day }, { $time }
when-today = today { $time }
when-tomorrow = tomorrow { $time }
when-yesterday = yesterday { $time }
when-day = { $day }, { $time }
when-now = just now
when-minutes-ago = { $n ->
    [one] a minute ago
   *[other] { $n } minutes ago
  }
when-in-minutes = { $n ->
    [one] in a minute
   *[other] in { $n } minutes
  }
when-hours-ago = { $n ->
    [one] an hour ago
   *[other] { $n } hours ago
  }
when-in-hours = { $n ->
    [one] in an hour
   *[other] in { $n } hours
  }
when-days-ago = { $n ->
    [one] a day ago
   *[other] { $n } days ago
  }
when-in-days = { $n ->
    [one] in a day
   *[other] in { $n } days
  }

# Failures: what happened, and what to do.
failure-not-found = There is nothing here
failure-not-found-next = It may have been moved or deleted, or it belongs to a project you are not in.
failure-invalid = Something in this needs another look
failure-invalid-next = Go back; what you typed is still there.
failure-stale-api = Somebody changed this since you read it. Read it again and send your change with its current version.
failure-stale = Somebody changed this while you were writing. What you typed is kept below; compare and save again.
failure-full = The disk is full, so nothing was saved
failure-full-next = Reading still works. Free some space on the machine, then try again.
failure-busy = The studio is busy for a moment
failure-busy-next = Nothing was lost. Try again in a second.
failure-broken = Something broke on our side
failure-broken-next = What was saved before is safe. Give the reference below to whoever looks after the studio.
failure-reference = Reference
failure-sign-in = Please sign in
failure-forbidden = Your role does not reach this far
failure-forbidden-next = Ask an owner of the studio if you need it.
failure-other-site = This request came from another site
failure-other-site-next = Nothing was changed. Open the studio itself and try again.
failure-fields = The form has too many fields.
failure-form = The form did not arrive whole
failure-form-next = Go back, reload the page and send it again.
failure-filter = This filter does not exist
failure-filter-next = Choose one from the page.
failure-json = The body is not valid JSON
failure-key-length = An Idempotency-Key has 1 to 255 characters
failure-under-way = The first call with this key is still under way. Ask again in a moment.
failure-key-reused = This Idempotency-Key was used with another request
failure-too-large = This is larger than the studio takes
failure-too-large-next = Make it smaller and send it again.
failure-slow = The request came in too slowly
failure-slow-next = Nothing was saved. Send it again on a faster line.
failure-wrong-type = The content is of another type than this call takes
failure-wrong-method = This address does not take that method
failure-too-many = Too many tries
failure-too-many-next = { $n ->
    [one] Wait a minute, then try again.
   *[other] Wait { $n } minutes, then try again.
  }
failure-misdirected = This server does not answer to that name
failure-misdirected-next = Use the address of the studio as its owner set it.
failure-home = To the studio

# Beside a field.
error-required = This needs something a reader can see.
error-one-line = One line only, please.
error-too-long = At most { $max } characters.
error-too-many = At most { $max } of them.
error-control-characters = There is an invisible control character in this text. Type it again or paste it as plain text.
error-choose-one = Choose one of the offered values.
error-locale = Write a language tag such as vi, zh-Hans or id-ID.
error-zone = Write a zone by its city, such as Asia/Ho_Chi_Minh.
error-market = “{ $line }” is no market. Write a language tag and a zone, as in vi-VN Asia/Ho_Chi_Minh.
error-email = This does not look like an e-mail address.
error-email-taken = Somebody with this address is here already.
error-password-short = { $n } characters; it needs { $min }. A short sentence is easiest to remember.
error-password-common = This one is guessed first. A short sentence is easiest to remember.
error-sign-in = E-mail and password do not fit together.
error-project-name-taken = A project of this name is here already.
admin-first-owner = The first member must be an owner.

# Cities of zones.
city-america-los-angeles = Los Angeles
city-america-mexico-city = Mexico City
city-america-new-york = New York
city-america-sao-paulo = São Paulo
city-europe-london = London
city-europe-berlin = Berlin
city-africa-lagos = Lagos
city-europe-istanbul = Istanbul
city-asia-dubai = Dubai
city-asia-kolkata = Kolkata
city-asia-yangon = Yangon
city-asia-bangkok = Bangkok
city-asia-ho-chi-minh = Ho Chi Minh City
city-asia-jakarta = Jakarta
city-asia-kuala-lumpur = Kuala Lumpur
city-asia-singapore = Singapore
city-asia-shanghai = Shanghai
city-asia-hong-kong = Hong Kong
city-asia-taipei = Taipei
city-asia-manila = Manila
city-asia-seoul = Seoul
city-asia-tokyo = Tokyo
city-australia-sydney = Sydney
city-utc = UTC
language-en = English
language-zh = Simplified Chinese
language-zh-hant = Traditional Chinese
language-vi = Vietnamese
language-th = Thai
language-id = Indonesian
language-fil = Filipino
language-ms = Malay
language-my = Burmese
language-km = Khmer
language-ja = Japanese
language-ko = Korean
language-hi = Hindi
language-de = German
language-fr = French
language-es = Spanish
language-pt = Portuguese
language-of = { $language } ({ $country })
form-colon = {": "}
