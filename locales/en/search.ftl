search-title = Search
search-note = Ideas, pieces, variants and prompts of every project you are in, newest first.
search-for = Words, in any language
search-go = Search
search-short = With fewer than three characters only the newest texts are looked through.
search-found = { $n ->
    [0] Nothing was found.
    [one] One find.
   *[other] { $n } finds.
  }
search-noun-idea = Ideas
search-noun-piece = Pieces
search-noun-variant = Variants
search-noun-prompt = Prompts
