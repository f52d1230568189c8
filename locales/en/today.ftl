today-title-first = Take your first turn
today-title = { $n ->
    [0] Nothing needs you now
    [one] One thing needs you
   *[other] { $n } things need you
  }
today-start = { $n ->
    [one] Start with the one draft
   *[other] Start with the { $n } drafts
  }
today-loop = One turn of the loop
today-leg-none = no turn yet
today-leg-minutes = { $n } min
today-leg-hours = { $n } h
today-leg-days = { $n } d
today-there = { $time } in { $city }
today-shortlisted = ideas shortlisted
today-of-ideas = of { $n } in all
today-drafted = variants drafted
today-wait = { $n ->
    [0] none waits
    [one] one waits for a person
   *[other] { $n } wait for a person
  }
today-scheduled = scheduled
today-looks = { $n ->
    [0] none needs a look
    [one] one needs a look
   *[other] { $n } need a look
  }
today-live = live and measured
today-open-experiments = { $n ->
    [0] no experiment open
    [one] one experiment open
   *[other] { $n } experiments open
  }
today-plays = plays learned
today-callable = { $n ->
    [0] none can be called
    [one] one can be called
   *[other] { $n } can be called
  }
today-eye = Waiting for your eye
today-all-drafts = All { $n }
today-eye-empty = Every draft has had its decision.
today-review = Review
today-look = Needs a look
today-decide = Look
today-call = Ready to call
today-call-empty = No experiment runs. Set two variants of a piece against each other when you have them.
today-experiment = Experiment
today-leader = Leader
today-chance = Chance to be best
today-viewers = Viewers
today-keep-going = keep going
today-call-it = call it
today-going = Going out next
today-going-empty = Nothing is planned for the next two days.
today-working = Working
today-working-empty = Nothing runs.
job-kind-run = Drafting
job-kind-prompts-seed = Writing the first prompts
job-kind-channels-seed = Opening the first channels
job-kind-sample-fill = Filling the sample project
job-kind-import = Reading a file
job-kind-meaning = Comparing by meaning
job-kind-tastes-measure = Measuring taste
job-kind-experiments-simulate = The invented audience decides
steps-title = Your first turn
steps-done = { $n } of 6 done
steps-set-up = Set up the studio
steps-set-up-note = Done. Everything stays on this machine.
steps-perspective = Say what your project believes
steps-perspective-note = One sentence. Every prompt the studio comes with carries it. For example: opera is gossip with drums.
steps-perspective-go = All about the project
steps-ideas = Draft twelve ideas
steps-ideas-note = The sketch backend fills templates, offline and free. It is not AI and says so.
steps-choose = Choose on the desk
steps-choose-note = Turn an idea into drafts and read them: approving one or two is enough. Your reasons teach the next batch.
steps-choose-go = To the desk
steps-draft-go = Draft from an idea
steps-publish = Publish to the simulator
steps-publish-note = An invented audience watches at once. Its numbers carry stripes and the word “simulated”, so that you never take them for real.
steps-publish-go = Choose what to publish
steps-learn = Call an experiment
steps-learn-note = Two versions meet the same viewers. What you learn is written down and steers the next batch.
steps-learn-go = Open an experiment
sample-name = Opera for new ears
sample-niche = Chinese opera
sample-perspective = Opera is gossip with drums.
sample-audience = People under thirty in Southeast Asia who think opera is slow.
sample-style = Short sentences. No teaching voice. Names as the audience says them. End on a question somebody wants to answer.
today-suggestions = { $n ->
    [one] One suggestion waits
   *[other] { $n } suggestions wait
  }
today-suggestions-go = Look at them
today-eye-none = No drafts yet.
steps-market = Who watches?
steps-learn-see = See what it says
today-due = On your desk
today-due-all = All of yours
today-late = was due { $when }
today-due-by = due { $when }
today-mentions = You were mentioned
today-seen = Seen
today-narrow = The loop narrows
today-narrow-note = The last 20 pieces count as { $vendi } different ones, far fewer than usual, and machines proposed most of them. The nearest pairs:
today-narrow-go = See what repeats
steps-market-help = You can add more countries later.
turned-title = You have turned the loop once
turned-note = From idea to lesson, and what you learned steers what is drafted next. Two steps make sense now.
turned-read = { $n ->
    [one] Read the new draft
   *[other] Read the { $n } drafts, new ones first
  }
turned-connect = Connect a model that writes
