calendar-note = { $n ->
    [one] One publication
   *[other] { $n } publications
  } this month, { $asking ->
    [0] none needs a person.
    [one] one needs a person.
   *[other] { $asking } need a person.
  }
calendar-before = Month before
calendar-after = Month after
calendar-view = View
calendar-month = Month
calendar-list = List
calendar-mon = Mon
calendar-tue = Tue
calendar-wed = Wed
calendar-thu = Thu
calendar-fri = Fri
calendar-sat = Sat
calendar-sun = Sun
calendar-more = { $n } more
calendar-empty-title = Nothing is planned in this month
calendar-empty = What is approved waits below for a channel and a time.
calendar-not-approved = not approved
calendar-tray = Approved, no place yet
