# Batches: many runs planned together
batches-title = Batches
batches-note = The same thing asked for many ideas, in many languages, with several prompts. Priced before it starts.
batches-empty = No batch yet. Choose ideas, languages and prompts; each combination becomes one run.
batches-new = Plan a batch
batches-new-title = What shall be drafted?
batches-new-note = Each idea in each language with each prompt is one cell. Nothing is asked before you have seen the price.
batches-no-ideas = A batch starts from ideas. Write one, or draft twelve.
batches-batch = Batch
batches-name = Name
batches-name-help = May be empty.
batches-locales = Languages
batches-locales-help = None: each idea in its own language.
batches-prompts-help = None: the live prompt. Several: each draws its own drafts, so that you can compare them.
batches-count = Drafts in each cell
batches-count-help = 1 to 60; one when empty
batches-plan = See the price
batches-of = { $n ->
    [one] One cell
   *[other] { $n } cells
  }
batches-cells = Cells
batches-drafts = Drafts asked for
batches-estimate = Expected cost
batches-spent = Spent so far
batches-progress = How far it is
batches-so-far = { $done } of { $of } cells have ended.
batches-made = { $n ->
    [0] No drafts yet.
    [one] One draft.
   *[other] { $n } drafts.
  }
batches-left = { $n ->
    [one] About a second left.
   *[other] About { $n } seconds left.
  }
batches-matrix = Ideas by language and prompt
batches-start = Start
batches-pause = Pause
batches-resume = Go on
batches-stop = Stop
batches-said-running = The batch is running.
batches-said-paused = Paused. What is on its way is still taken in.
batches-said-stopped = Stopped. What was drafted stays.
batches-not-from-here = This batch cannot go there from where it is
batches-not-from-here-next = Somebody may have been faster; look at it again.
batches-error-no-idea = Choose at least one idea.
batches-error-cells = That makes { $n } cells; at most { $max } fit into one batch.
batch-state-planned = planned
batch-state-running = running
batch-state-paused = paused
batch-state-done = done
batch-state-stopped = stopped
run-state-planned = waits
