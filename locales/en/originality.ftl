originality-heading-none = Nothing to compare yet
originality-heading-first = Your first works are on the map
originality-heading-narrow = The last { $n } pieces look too much alike
originality-heading-below = The last { $n } pieces are less new than your floor
originality-heading-usual = The last { $n } pieces are as varied as usual
originality-lead = Originality { $mean }, floor { $floor }.
originality-lead-width = They count as { $vendi } different pieces of { $n }.
originality-lead-none = Each draft is held against what you made before it, and what is approved appears on the map.
originality-waiting = { $n ->
    [one] one variant is still being measured
   *[other] { $n } variants are still being measured
  }
originality-references = What others publish
originality-to-ideas = Find ideas that widen it
originality-to-desk = Go to the desk
originality-map = Your own work, near means alike
originality-map-note = { $n ->
    [one] one variant
   *[other] { $n } variants
  }
originality-map-label = A map of { $n } variants; near dots are alike
originality-map-empty = Approved variants and drafts on the desk appear here, the like near the like.
originality-map-table = The last pieces and the drafts as a list
originality-legend-own = own work
originality-legend-high = index above 1.3
originality-legend-last = last 20
originality-legend-desk = draft on the desk
originality-legend-note = Directions have no meaning, only distance.
originality-repeats = What repeats
originality-repeats-note = last 20 pieces against all before, { $n } in all
originality-repeats-empty = No opening, ending or form is used often enough to be a habit.
originality-formula = Formula
originality-share = Share now, before as a tick
originality-now = Now
originality-before = Before
originality-index = Index when used
originality-index-of = { $n } works with a result
originality-index-note = Index 1 is usual: the rate in its experiment, or views after three days in its channel. A habit that works may stay.
originality-opening = “{ $words } …”
originality-ending = “… { $words }”
originality-part-opening = opening
originality-part-ending = ending
originality-part-form = form
originality-form-question = Ends on a question
originality-form-exclamation = Ends on an exclamation
originality-form-number = Begins with a number
originality-form-quote = Begins with a quotation
originality-form-ellipsis = Ends with three dots
originality-pairs = The nearest pairs of the last 20
originality-pairs-note = 1 is word for word the same
originality-pair = Two pieces
originality-similarity = Similarity
originality-trend = Trend
originality-trend-empty = The trend is drawn once the last pieces have been looked at twice.
originality-trend-title = Mean originality of the last 20
originality-trend-mean = mean
originality-trend-source = own measurement
originality-floor-at = your floor { $value }
originality-floor = Floor
originality-floor-help = 0 to 1. A draft below it is marked on the desk.
originality-floor-move = Move the floor
originality-figure = Originality
originality-adds = What these drafts would add
originality-adds-empty = No draft waits on the desk.
originality-would-be = Different pieces, now → then
originality-nearest = Nearest own
originality-companions = How wide the last pieces are
originality-companions-note = { $n } pieces, first 300 characters
originality-vendi = Different pieces (Vendi, order 1 / 2)
originality-homogeneity = Homogeneity, 1 all the same
originality-distinct = Different pairs of characters
originality-bleu = Self-BLEU-4
originality-deflate = Compression, times smaller
originality-repetition = Self-repetition
originality-suggested = Proposed by machines
originality-against = Novelty is not quality
originality-against-empty = Ten measured works with results show whether the new ones do better.
originality-against-note = Spearman’s ρ with its 90 % interval. Posts are not randomised viewers: this is a hint, no proof.
originality-correlation-up = Among { $n } works, the more original ones did better.
originality-correlation-down = Among { $n } works, the more original ones did worse.
originality-correlation-none = Among { $n } works, originality and results show no connection.
originality-one-waits = It is being measured
originality-one-below = Less new than your floor
originality-one-new = Newer than most of your work
originality-one-usual = As new as your work usually is
originality-nearest-own = Nearest of your own
originality-nearest-note = shared passages are marked
originality-nearest-empty = Nothing you have made is like this.
originality-this = This one:
originality-other = The other:
originality-nearest-references = Nearest of what others publish
originality-text = Text
originality-set = Set
originality-pictures = Pictures that look the same
originality-distance = { $n } of 64 bits differ
originality-percentile = At most as original
originality-own = Like your last 50
originality-reference = Like what others publish
originality-own-only = no set; own work only
originality-gain = Adds to the last 20
originality-measured = Measured
originality-figure-note = One minus the mean similarity to the five nearest. Other languages of one piece and edits of one draft do not count.
originality-references-heading = { $n ->
    [0] Nothing of others to compare with yet
    [one] One text of others to compare with
   *[other] { $n } texts of others to compare with
  }
originality-references-note = Only fingerprints and a short excerpt of each are kept. At most { $n } texts.
originality-references-empty = Paste titles or hooks of others in your niche, and each draft says how near it is to them.
originality-samples = Begins with
originality-texts = Texts
originality-add = Add a set
originality-name = Name
originality-name-help = Such as: opera channels in Vietnam
originality-source = Source
originality-source-help = Where the texts are from, for yourself.
originality-lines = Texts, one a line
originality-lines-help = Titles, hooks or captions. The same line twice counts once.
originality-file = Or a file
originality-file-help = CSV or TXT in UTF-8, at most 10 MB. Of a CSV, the column named text, title or headline, or the longest.
originality-bin = Delete
originality-error-floor = Write a number between 0 and 1, such as 0.40.
originality-error-no-texts = Paste some texts, or choose a file that holds some.
originality-error-no-room = There is no room for more. Delete a set first.
originality-error-encoding = This is not UTF-8. Save it as UTF-8 and try again.
originality-said-floor = The floor was moved.
originality-said-added = { $n ->
    [one] One text was added.
   *[other] { $n } texts were added.
  }
originality-said-added-some = { $n } texts were added; there was no room for { $name } more.
originality-said-binned = “{ $title }” is in the bin.
originality-meaning = Compared by
originality-meaning-off = By words alone.
originality-meaning-with = By words and meaning, with { $name }.
originality-meaning-again = Asked again { $when }; until then words are the measure. Save below to ask at once.
originality-meaning-none = No connected backend makes embeddings. With one, texts that say the same in other words are found too.
originality-meaning-label = Compare by meaning too
originality-meaning-choose = Compare like this
originality-meaning-help = Each text is sent once to the backend, and each call stands in the ledger. By meaning all texts are more alike: move the floor with it.
originality-measure = Measured by
originality-measure-words = words
originality-measure-meaning = words and meaning
originality-nearest-meaning = by words and meaning,
originality-reference-words = Texts of others are compared by words alone.
originality-trouble-gone = The backend was removed. Choose another one.
originality-trouble-answer = The answer held nothing to compare by. Fewer texts are sent next time.
originality-error-embedder = Choose a connected backend that makes embeddings.
originality-said-meaning = From now on texts are compared like this.
originality-meaning-waiting = { $n ->
    [one] one text waits for it
   *[other] { $n } texts wait for it
  }
