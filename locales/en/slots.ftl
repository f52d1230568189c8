slots-title = Slots
slots-heading = { $n ->
    [0] No slot yet
    [one] One slot
   *[other] { $n } slots
  }
slots-note = The times at which each channel publishes, by the clocks of those who watch. Nothing goes out because a slot exists: you put something in it.
slots-empty = With slots, what is approved goes to the next free time by one press.
slots-new = A new slot
slots-channel = Channel
slots-channel-help = Where it goes out.
slots-days = Days
slots-time = Time
slots-time-help = Wall-clock time where its audience lives; it does not move when clocks change.
slots-queue = For
slots-queue-help = What it is for, as short drama. Empty: anything.
slots-daily = every day
slots-more = A rule of your own, zone, first day
slots-rule = Rule (RFC 5545)
slots-rule-help = Instead of the days above. DAILY, WEEKLY or MONTHLY, with INTERVAL, BYDAY, BYMONTHDAY, UNTIL or COUNT. A month without the day is left out.
slots-zone-help = Empty: the channel’s.
slots-starts = First day
slots-starts-help = Empty: today.
slots-create = Add the slot
slots-remove = Remove
slots-created = The slot is there.
slots-removed = The slot is gone. What was planned stays planned.
slots-filled = Planned for { $time }.
slots-none-free = This channel has no free slot
slots-none-free-next = Add one under Slots, or choose a time yourself.
error-rule = Choose at least one day, or write a rule such as FREQ=WEEKLY;BYDAY=MO,TH.
error-rule-too-often = Slots repeat daily, weekly or monthly; nothing here goes out by the hour or second.
error-rule-ends-first = This rule ends before it begins.
error-rule-never = This rule never falls on any day.
error-time = A time such as 19:30.
error-day = A day such as 2026-12-01.
