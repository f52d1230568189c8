ideas-heading = { $n ->
    [0] The inbox is empty
    [one] One idea waits in the inbox
   *[other] { $n } ideas wait in the inbox
  }
ideas-note = { $shortlisted } on the shortlist, { $production } in production.
ideas-write = Write an idea
ideas-generate = Draft { $n } ideas
ideas-lenses = Lenses
lens-any = any
lens-angle = Angle
lens-market = Market
lens-format = Format
lens-emotion = Emotion
lens-angle-villain = what the villain knew
lens-angle-backstage = from backstage
lens-angle-object = one object
lens-angle-audience = someone in the audience
lens-angle-number = a number nobody expects
lens-angle-first-time = the first time
lens-format-micro-drama = micro-drama, 60 s
lens-format-explainer = explainer, 40 s
lens-format-before-after = before and after
lens-format-one-shot = one shot, no cut
lens-format-reply = reply to a comment
lens-emotion-tenderness = tenderness
lens-emotion-anger = anger
lens-emotion-wonder = wonder
lens-emotion-laughter = laughter
lens-emotion-longing = longing
lens-emotion-pride = pride
ideas-views = View
ideas-board = Board
ideas-list = List
ideas-dropped = Dropped
ideas-inbox = Inbox
ideas-shortlisted = Shortlist
ideas-in-production = In production
ideas-inbox-empty = Nothing waits. Write an idea or draft twelve.
ideas-shortlist-empty = Press s on an idea you would make.
ideas-production-empty = An idea comes here with its first piece.
ideas-all-inbox = The whole inbox
ideas-all = All of them
ideas-shortlist = Shortlist
ideas-drop = Drop
ideas-produce = Draft variants
ideas-back-to-inbox = Back to the inbox
ideas-finish = Call it done
ideas-reopen = Take up again
ideas-twin = Says nearly the same as an older idea
ideas-from-run = drafted
ideas-why-now-short = Why now: { $why }
ideas-empty-title = Where ideas begin
ideas-empty = Write one yourself, or let the sketch backend fill templates: it is offline, free, not AI, and says so. Choose lenses above to steer it.
ideas-list-empty = No idea here.
ideas-choose = Choose
ideas-idea = Idea
ideas-from = From
ideas-state = State
ideas-age = Age
ideas-shortlist-chosen = Shortlist the chosen
ideas-drop-chosen = Drop the chosen
ideas-none-chosen = Choose at least one idea first.
idea-state-inbox = Inbox
idea-state-shortlisted = Shortlist
idea-state-in_production = In production
idea-state-done = Done
idea-state-dropped = Dropped
ideas-new-title = What is the idea?
ideas-new-note = A title is enough. The rest helps whoever drafts it.
ideas-keep = Keep the idea
ideas-field-title = Title
ideas-field-title-help = As you would say it to a colleague.
ideas-field-hook = Hook
ideas-field-hook-help = The first sentence a viewer hears.
ideas-field-angle = Angle
ideas-field-angle-help = Whose eyes, which turn, what nobody else says.
ideas-field-why-now = Why now
ideas-field-why-now-help = A date, a season, a question people ask this week.
ideas-draft-title = Turn it into drafts
ideas-draft-note = Variants land on the desk, where you choose.
ideas-draft-count = How many
ideas-draft-locale = Language of the drafts
ideas-draft-go = Draft variants
ideas-move = Move
ideas-bin = Move to the bin
ideas-created = Kept: “{ $title }”.
ideas-saved = Saved.
ideas-binned = “{ $title }” is in the bin.
ideas-moved-inbox = “{ $title }” is back in the inbox.
ideas-moved-shortlisted = “{ $title }” is on the shortlist.
ideas-moved-in-production = “{ $title }” is in production again.
ideas-moved-done = “{ $title }” is done.
ideas-moved-dropped = “{ $title }” was dropped.
ideas-moved-many = { $n ->
    [0] Nothing had to move.
    [one] One idea moved.
   *[other] { $n } ideas moved.
  }
ideas-cannot-move = An idea cannot go there from where it is
ideas-cannot-move-next = Somebody may have moved it meanwhile. Look at the board again.
ideas-produce-how = Choose how…
ideas-generate-more = Draft { $n } more
ideas-draft-first = { $n ->
    [one] Draft variants of the shortlisted idea
   *[other] Draft variants of the first on the shortlist
  }
