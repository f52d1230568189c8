runs-title = What was asked, and what came of it
runs-note = Every draft comes from a run. What it was asked and what it cost stays here.
runs-empty = Nothing was asked yet. Draft twelve ideas, or variants of one.
runs-new = Draft something
runs-new-ideas = Draft ideas
runs-new-variants = Draft variants
runs-new-note = What comes back is a draft. Nothing leaves the house before a person approves it.
runs-run = Run
runs-backend = Backend
runs-state = State
runs-made = Drafts
runs-cost = Cost
runs-when = Asked
runs-of-ideas = { $n ->
    [one] One idea
   *[other] { $n } ideas
  }
runs-of-variants = { $n ->
    [one] One variant
   *[other] { $n } variants
  }
run-state-queued = queued
run-state-running = drafting
run-state-waiting = waiting for the service
run-state-done = done
run-state-failed = failed
run-state-cancelled = cancelled
run-state-needs-look = needs a look
runs-planned = Asked. What comes back appears here.
runs-cancel = Cancel
runs-cancelled = The run is cancelled.
runs-had-ended = The run had ended already.
runs-let-be = Let it be
runs-again = Ask again
runs-to-ideas = Look at the ideas
runs-to-desk = Choose on the desk
runs-still-open = This run is still on its way
runs-still-open-next = Cancel it first, or wait for its end.
runs-backend-gone = The backend of this run was removed
runs-backend-gone-next = Start a new run with another backend.
runs-service-said = The service said: { $text }
runs-progress = { $done } of { $of }
runs-made-title = { $n ->
    [0] Drafts
    [one] One draft
   *[other] { $n } drafts
  }
runs-made-soon = Drafts appear here as soon as they are there.
runs-made-nothing = This run made no drafts, or they were removed since.
runs-sent = What was sent
runs-sent-nothing = Nothing was sent: templates of the house were filled with the words of the project.
runs-raw = What came back, the first two kilobytes
runs-asked = Asked with
runs-asked-by = Asked by
runs-open = open
runs-piece = Piece
runs-seed = Seed
runs-outcome = Outcome
runs-tokens-in = Tokens sent
runs-tokens-out = Tokens received
runs-took = Took
runs-seconds = { $n } s
runs-repaired = Mended
runs-repair-unwrapped = taken out of the words around it
runs-repair-bare-array = the outer brackets were missing
runs-repair-trailing-comma = a comma too many
runs-repair-cut-off = it broke off; whole drafts were kept
runs-repair-plain-list = a plain list instead of the asked form
runs-repair-coerced = a field was missing or of another kind
runs-repair-dropped = an empty draft was left out
runs-repair-clipped = something too long was cut
runs-connect = Connect a backend
runs-connect-owner = An owner of the studio can connect others.
runs-prompt-default = the live one
runs-count = How many
runs-count-help = 1 to 60
runs-go = Draft
runs-error-count = A whole number from 1 to 60.
runs-error-backend = There is no such backend.
runs-error-no-prompt = A model needs a prompt. Write one, or make a version live.
runs-error-prompt = This project has no such prompt, version or label.
runs-error-purpose = This prompt asks for something else.
runs-error-no-idea = Variants need an idea or a piece to be drafted from.
runs-error-idea = This project has no such idea.
runs-error-piece = This project has no such piece.
runs-error-play = This project has no such play.
runs-error-parent = This project has no such variant.
runs-trouble-not-connected = The backend could not be reached. Check its address and whether it runs.
runs-trouble-refused-key = The backend refused the key. Enter it again in the settings.
runs-trouble-unknown-model = The backend does not know this model or address. Check both in the settings.
runs-trouble-rate-limited = The backend asks to wait. It is asked again by itself.
runs-trouble-no-credit = The account at the backend has no credit left. Nothing was drafted.
runs-trouble-too-long = The text or the answer is too long for this model. Ask for fewer drafts, or raise the limit of the prompt.
runs-trouble-moderation = The backend held the answer back by its own rules. Word the prompt or the idea differently.
runs-trouble-refused = The backend did not accept the request. What it said stands below.
runs-trouble-unavailable = The backend is out of order at the moment. Try again later.
runs-trouble-bad-answer = The answer held no drafts that could be read. The beginning of it is kept below.
runs-trouble-timeout = No answer came in time. It may have been charged all the same.
runs-trouble-unknown = The answer broke off before its end, so nothing was kept of it. It may have been charged all the same.
runs-trouble-gone = The backend was removed before the run began. Nothing was asked.
runs-trouble-not-kept = Drafts came, but their project or piece was gone. They were not kept.
runs-trouble-interrupted = The program stopped while an answer was on its way. It may have been charged. Decide whether to ask again.
runs-input-help = The prompt asks for it.
runs-locale-help = A tag such as vi. Empty keeps the language of what it is drafted from.
runs-draft-more = Draft more
runs-made-ideas = { $n ->
    [one] One idea is on the board.
   *[other] { $n } ideas are on the board.
  }
runs-made-variants = { $n ->
    [one] One draft waits on the desk.
   *[other] { $n } drafts wait on the desk.
  }
runs-not-sent = Not sent: what a model would have been asked
runs-trouble-expired = It was made, but its address no longer answers. It may have been charged.
runs-trouble-over-budget = The budget of this month does not hold this call, so nothing was asked. Raise it, or wait for the next month.
runs-trouble-task-failed = The backend began and failed. What it said stands below.
runs-trouble-program = A program that this needs is missing or failed. “troupe doctor” says which.
runs-error-medium = This backend does not make this.
runs-error-no-maker = No connected backend makes this yet. An owner connects one in the settings.
runs-error-count-of-media = From 1 to { $max }.
runs-error-seconds = From 1 to 60 seconds.
runs-error-aspect = Width to height, as in 9:16.
runs-error-reference = This file is not in the project.
runs-error-reference-size = A file that goes with a request is too large: 25 MB at most.
runs-error-references = Nine files at most.
runs-error-pictures = Only pictures can be shown to the model.
runs-error-sound = Choose the one sound or film that is to be written down.
runs-error-variant = This variant is not in the project.
runs-nothing-to-look-at = There is no task at the service that could be looked at.
