# 心得册与下一批
plays-heading = 我们的心得
plays-none-title = 还没有心得
plays-none = 实验下了结论就会写进一条心得。已经知道的也可以自己写，记作经验之谈，不算证明。
plays-lead = 每条心得一句话。下一批多数沿用心得，一部分另寻出路。
plays-play = 心得
plays-grade = 证据
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
batch-note = 一部分卡片来自心得和胜出的版本稿，另一部分去没去过的地方。接受之前什么都不会生成。
batch-size = 卡片数
batch-size-help = 1 到 60
batch-explore = 另寻出路的比例（%）
batch-explore-help = 15 到 35 可避免越做越窄。
batch-go = 抽卡
batch-earlier = 之前的批次
batch-line = { $n } 张卡片，{ $share } 另寻出路
error-batch-size = 请填写 1 到 60 的整数。
error-batch-explore = 请填写 0 到 100 % 的比例。
slate-heading = { $n ->
    [0] 卡片都已成为选题
   *[other] { $n } 张卡片等你过目
  }
slate-lead = { $share } 另寻出路。拿掉不想做的，其余接受为选题。
slate-empty = 没有卡片了。可以从心得册再抽一批。
slate-accept = 接受 { $n } 张为选题
slate-refuse = 拿掉
slate-refused = 卡片已拿掉。
slate-to-idea = 对应选题
slate-chance = 抽中概率 { $chance }
slate-kind-play = 心得
slate-kind-winner = 胜出稿
slate-kind-explore = 另寻出路
slate-why-play = 沿用一条心得。
slate-why-winner = 沿用测试支持的版本稿。
slate-why-explore = 这些切入角度很少一起用过。
slate-idea-play = 沿用：{ $name }
slate-idea-winner = 仿“{ $name }”
slate-idea-explore = 另寻出路：{ $name }
slate-accepted = { $n } 个选题已进入收件箱。
plays-edited = 措辞已改
