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
calendar-cut = Only the first { $most } are shown here.
calendar-cut-all = All publications
calendar-week = Week
calendar-day = Day
calendar-week-before = Week before
calendar-week-after = Week after
calendar-day-before = Day before
calendar-day-after = Day after
calendar-from-to = { $from } to { $to }
calendar-week-note = { $planned } planned, { $open } open slots.
calendar-there-here = there, then here
calendar-open = open slot
calendar-move = Move
calendar-move-go = Move it
calendar-drag = Move “{ $title }” to another day
calendar-say-lifted = Lifted. Arrow keys choose the day, Enter puts it down, Escape puts it back.
calendar-say-back = Put back.
calendar-say-dropped = Moved.
calendar-fits = { $time } on { $channel }
calendar-tray-empty = Nothing approved waits for a place.
