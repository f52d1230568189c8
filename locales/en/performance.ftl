# Performance
performance-heading = { $n ->
    [0] Nothing stands far above its channel’s usual
    [one] One publication carries this page’s attention
   *[other] { $n } publications carry this page’s attention
  }
performance-heading-variants = What each variant brought
performance-heading-channels = What each channel brought in 28 days
performance-none-title = No numbers yet
performance-none = Numbers come in when something was published: from the platform, from an export, or from the invented audience.
performance-lead = Each publication is held against its own channel at the same age.
performance-export = Export as CSV
performance-by = By
performance-by-publications = Publications
performance-by-variants = Variants
performance-by-channels = Channels
performance-head-publications = Publication
performance-head-variants = Variant
performance-head-channels = Channel
performance-channel = Channel
performance-all-channels = all channels
performance-metric = In the chart
performance-show = Show
performance-chart = Day by day, 28 days
performance-source = totals of the channels
performance-real = real
performance-hook = Hook rate, of impressions
performance-hold = Hold rate, of those hooked
performance-completion = Completion, of views
performance-engagement = Engagement, in likes
performance-index = Views index
performance-of-starts = { $value } of views
performance-not-offered = not offered
performance-not-yet = not yet
performance-withheld = withheld
performance-posts = { $n ->
    [one] one post
   *[other] { $n } posts
  }
performance-note = Index: views at the same age over the median of the channel’s newest 20 posts; 1.0 is usual, and it takes at least 8. Engagement counts a comment as 3 likes, a save 4, a share 5, a follow 10, a click 2: an assumption. Variants look back on the newest 200 publications. Posts are not randomised viewers: this describes.
metric-name-impressions = Impressions
metric-name-views = Views
metric-name-hooks = Held 3 s
metric-name-holds = Held 15 s
metric-name-completions = Completions
metric-name-likes = Likes
metric-name-comments = Comments
metric-name-saves = Saves
metric-name-shares = Shares
metric-name-follows = Follows
metric-name-clicks = Clicks
metric-name-watch_seconds = Seconds watched
performance-taste = Taste and the market
performance-taste-language = Language
performance-taste-n = Variants with both
performance-taste-rho = Rank correlation
performance-taste-interval = 90 % interval, −1 to 1
performance-taste-missing = { $n ->
    [one] one more variant is needed
   *[other] { $n } more variants are needed
  }
performance-taste-same = all values are the same
performance-taste-none = No published variant has both a taste and a views index yet. Taste comes from duels, the index from a channel with at least 8 posts.
performance-taste-note = Spearman’s ρ between taste and the views index, with at least 10 variants; by language, and never simulated with real. Variants that were published are those that were liked, so this describes what went out, not what was left behind.
performance-heading-one = One post: { $impressions } impressions, { $views } views. One post proves nothing yet.
performance-heading-few = { $n ->
    [one] One post, too few to say what is usual
   *[other] { $n } posts, too few to say what is usual
  }
performance-as-of = As of { $when }.
