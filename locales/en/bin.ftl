bin-title = Bin
bin-title-projects = Projects in the bin
bin-note = What was deleted stays here for thirty days. Then it goes for good, its pictures and sounds included.
bin-empty = The bin is empty.
bin-what = What
bin-kind = Kind
bin-when = Deleted
bin-left = Goes
bin-restore = Take out
bin-days = { $n ->
    [0] today
    [one] in a day
   *[other] in { $n } days
  }
bin-restored = “{ $title }” is out of the bin.
bin-piece-first = Its piece is in the bin too. Take the piece out first.
bin-name-used = Something else has this name now. Rename that one first.
bin-noun-idea = Idea
bin-noun-prompt = Prompt
bin-noun-piece = Piece
bin-noun-variant = Variant
bin-noun-channel = Channel
bin-noun-experiment = Experiment
bin-noun-play = Play
bin-noun-project = Project
bin-noun-reference = Reference set
