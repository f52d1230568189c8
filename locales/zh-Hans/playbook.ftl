# 心得册与下一批
plays-heading = 我们的心得
plays-none-title = 还没有心得
plays-none = 实验下了结论就会写进一条心得。已经知道的也可以自己写，记作经验之谈，不算证明。
plays-lead = 每条心得一句话。下一批多数沿用心得，一部分探索新方向。
plays-play = 心得
plays-grade = 可信度
plays-market = 市场
plays-market-help = 只在某地成立时填语言标签，可以不填。
plays-from = 来自
plays-used = 用过
plays-age = 时间
plays-new = 写一条心得
plays-sentence = 一句话
plays-sentence-help = 什么有效、在哪里、对谁。
plays-keep = 收入心得册
plays-edit = 修改心得
plays-bin = 移到回收站
plays-used-line = { $n ->
    [0] 还没有用过
   *[other] 用过 { $n } 次
  }
plays-written = 已收入心得册。
plays-saved = 已保存。
plays-binned = 心得已移到回收站。
batch-title = 孵化下一批
batch-note = 一部分卡片来自心得和胜出的版本稿，另一部分尝试没做过的方向。接受之前什么都不会生成。
batch-size = 卡片数
batch-size-help = 1 到 60
batch-explore = 探索新方向的比例（%）
batch-explore-help = 15 到 35 可避免越做越窄。
batch-go = 生成卡片
batch-earlier = 之前的批次
batch-line = { $n } 张卡片，{ $share } 探索新方向
error-batch-size = 请填写 1 到 60 的整数。
error-batch-explore = 请填写 0 到 100 % 的比例。
slate-heading = { $n ->
    [0] 卡片都已成为选题
   *[other] { $n } 张卡片等你过目
  }
slate-lead = { $share } 探索新方向。移除不想做的，接受其余卡片：每张成为一个选题，并起草三份版本稿。
slate-lead-done = 初稿写好后会出现在选稿台。
slate-empty = 没有卡片了。可以从心得册再生成一批。
slate-accept = 接受 { $n } 张，起草 { $drafts } 份
slate-refuse = 移除
slate-refused = 卡片已移除。
slate-to-idea = 对应选题
slate-kind-play = 心得
slate-kind-winner = 胜出稿
slate-kind-explore = 探索新方向
slate-why-play = 沿用一条心得：
slate-why-winner = 沿用测试中胜出的版本：
slate-why-explore = 这些切入角度很少一起用过。
slate-accepted = { $n } 个选题进入制作，初稿写好后会出现在选稿台。
plays-edited = 措辞已改
slate-angle-beginner = 新手第一次看{ $topic }
slate-angle-made = { $topic }的幕后
slate-angle-disagree = 关于{ $topic }的两种看法
slate-angle-mistake = { $topic }里的一次失误
slate-angle-object = 从一件物品讲{ $topic }
slate-angle-past = { $topic }的今与昔
slate-angle-other = { $topic }：{ $angle }
slate-emotion-tenderness = { $line }，写得温柔些
slate-emotion-suspense = { $line }，留个悬念
slate-emotion-pride = { $line }，写出那份自豪
slate-emotion-laughter = { $line }，写得好笑些
slate-emotion-longing = { $line }，写给想念它的人
slate-emotion-other = { $line }，多一点{ $emotion }
slate-format-video = { $line }
slate-format-series = { $line }（连续剧集）
slate-format-carousel = { $line }（图集）
slate-format-question = { $line }（观众提问）
slate-format-other = { $line }（{ $format }）
slate-opening = 沿用测试中胜出的开头：“{ $hook }”
slate-format = 形式：{ $format }
slate-because-play = 心得：{ $play }
slate-because-winner = “{ $title }”在测试中胜出
slate-because-explore = 这个项目还很少试过。
