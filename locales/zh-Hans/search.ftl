search-title = 搜索
search-note = 在你参与的所有项目里找选题、作品、版本稿和提示词，新的在前。
search-for = 关键词，任何语言都行
search-go = 搜索
search-short = 少于三个字时，只查最新的内容。
search-found = { $n ->
    [0] 没有找到。
   *[other] 找到 { $n } 条。
  }
search-noun-idea = 选题
search-noun-piece = 作品
search-noun-variant = 版本稿
search-noun-prompt = 提示词
