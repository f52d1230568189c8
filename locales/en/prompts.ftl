prompts-heading = { $n ->
    [0] No prompts yet
    [one] One prompt
   *[other] { $n } prompts
  }
prompts-note = A version never changes; the labels move. Runs use the live one.
prompts-new = New prompt
prompts-empty = A prompt tells the model what the studio stands for and what to draft. Write the first one.
prompts-prompt = Prompt
prompts-purpose = Asks for
prompts-purpose-ideas = Ideas
prompts-purpose-variants = Variants
prompts-purpose-note-ideas = what could be made
prompts-purpose-note-variants = title, hook, script, caption and tags of one idea
prompts-labels = Labels
prompts-live = live
prompts-trial = trial
prompts-versions = Versions
prompts-changed = Changed
prompts-new-title = Write a prompt
prompts-new-note = Its first version is live at once. Rendering it costs nothing.
prompts-create = Keep as version 1
prompts-created = “{ $name }” is kept; version 1 is live.
prompts-field-name = Name
prompts-field-name-help = What you call it among yourselves.
prompts-field-template = Text
prompts-field-template-help = Names in double braces are filled in: perspective, audience, idea.hook, count. Conditions and loops are written between brace and percent sign.
prompts-field-note = What is new in this version
prompts-field-note-help = One sentence, for whoever compares versions later.
prompts-model-settings = Settings for the model
prompts-field-model = Model
prompts-field-model-help = Leave empty to use the model of the backend.
prompts-field-temperature = Temperature
prompts-field-temperature-help = 0 to 2; empty leaves it to the model.
prompts-field-max-tokens = Longest answer, in tokens
prompts-field-max-tokens-help = Empty means no limit of ours.
prompts-error-temperature = A number from 0 to 2.
prompts-error-max-tokens = A whole number from 1 to 1,000,000.
prompts-error-name-taken = This project has a prompt of that name.
prompts-version-open = version { $n }
prompts-text = Text of version { $n }
prompts-save-as = Save as version { $n }
prompts-versioned = Version { $n } is kept.
prompts-live-at-once = Make it live at once
prompts-make-live = Make version { $n } live
prompts-make-trial = Try version { $n }
prompts-made-live = Version { $n } is live.
prompts-made-trial = Version { $n } is on trial.
prompts-run = Run it
prompts-compare = Compare with { $n }
prompts-difference = From version { $a } to { $b }
prompts-difference-close = Close
prompts-variables = Variables
prompts-variables-none = This text asks for nothing.
prompts-from-project = from the project
prompts-from-idea = from the idea
prompts-from-parent = from the parent variant
prompts-from-run = from the run
prompts-from-you = you give it
prompts-render = Render
prompts-preview = What would be sent
prompts-preview-note = Rendered with this project and its newest idea; nothing is called, nothing is paid.
prompts-missing = Nothing was given for: { $names }
prompts-bin = Move to the bin
prompts-bin-note = Runs that used it keep what they were asked.
prompts-binned = “{ $name }” is in the bin.
prompts-cannot-restore = Another prompt has this name by now
prompts-cannot-restore-next = Give that one another name, then try again.
prompts-seed-ideas = Ideas with a perspective
prompts-seed-variants = Several ways in
prompts-seed-note = First wording
prompts-fault-syntax = Line { $line } cannot be read: { $detail }.
prompts-fault-unknown = Line { $line } uses something that is not there: { $detail }.
prompts-fault-undefined = Line { $line } needs a value that nothing was given for: { $detail }.
prompts-fault-include = Line { $line } asks for another file. A prompt is one text.
prompts-fault-fuel = This text would take too long or grow too large to render.
prompts-fault-other = Line { $line } cannot be rendered: { $detail }.
prompts-drafts = { $n ->
    [0] not used yet
    [one] one draft
   *[other] { $n } drafts
  }
prompts-scores = Scoreboard
prompts-scores-note = What each version led to.
prompts-scores-none = Nothing was made with this prompt yet. Run it, decide on the drafts, and each version gets its row here.
prompts-score-version = Version
prompts-score-runs = Runs
prompts-score-made = Drafts
prompts-score-decided = Decided
prompts-score-approved = Approved
prompts-score-shortlisted = Shortlisted
prompts-score-share = Share, 0 to 100 %
prompts-score-interval = { $low } to { $high }
prompts-score-words = Words edited per approved
prompts-score-cost = Cost per approved
prompts-score-cost-ideas = Cost per shortlisted
prompts-score-after = After publication
prompts-score-published = { $n ->
    [one] one out
   *[other] { $n } out
  }
prompts-score-hook = hook rate { $rate } of { $n }
prompts-score-of-starts = hook rate { $rate } of starts, of { $n }
prompts-score-early = too early to rate
prompts-score-results = { $published }, { $rate }
prompts-scores-explained = Decided: approved or rejected. The line is the 95 % interval of the share. A word replaced counts as one edit. The cost includes failed runs. Hook rates are the mean over the newest 100 drafts that have been out for a week. What went to the bin stays counted; trials and imports never count.
prompts-scores-explained-ideas = Decided: out of the inbox. Shortlisted: also what is in production or done. The line is the 95 % interval of the share. The cost includes failed runs. What went to the bin stays counted; trials and imports never count.
