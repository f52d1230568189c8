# 心得册与下一批
plays-heading = 我们的心得
plays-none-title = 还没有心得
plays-none = 实验下了结论就会写进一条心得。已经知道的也可以自己写，记作经验之谈，不算证明。
plays-lead = 每条心得一句话。下一批多数沿用心得，一部分探索新方向。
plays-play = 心得
plays-grade = 可信度
plays-market = 市场
plays-market-help = 只对某个国家有效就选国家。
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
batch-note = 一部分卡片来自心得和测试里领先的版本稿，另一部分尝试没做过的方向。接受之前什么都不会生成。
batch-size = 卡片数
batch-size-help = 1 到 60
batch-explore = 探索新方向的比例（%）
batch-explore-help = 建议 15–35，免得越做越窄。
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
slate-kind-explore = 探索新方向
slate-why-play = 沿用一条心得：{ $what }
slate-why-explore = 这样的组合还很少试过。
slate-accepted = { $n } 个选题进入制作，初稿写好后会出现在选稿台。
plays-edited = 措辞已改
slate-angle-beginner = 新手第一次看{ $topic }
slate-angle-made = { $topic }的幕后
slate-angle-disagree = 关于{ $topic }的两种看法
slate-angle-mistake = { $topic }里的一次失误
slate-angle-object = 从一件物品讲{ $topic }
slate-angle-past = { $topic }的今与昔
slate-angle-other = { $topic }：{ $angle }
slate-emotion-tenderness = { $line }，温柔一点
slate-emotion-suspense = { $line }，结局先不说
slate-emotion-pride = { $line }，自豪一点
slate-emotion-laughter = { $line }，笑着讲
slate-emotion-longing = { $line }，讲给想念它的人
slate-emotion-other = { $line }，多一点{ $emotion }
slate-because-play = 心得：{ $play }
slate-because-explore = 这个项目还很少这样试过。
slate-kind-proven = 已证明更优
slate-kind-leading = 暂时领先，还没证明更好
slate-why-proven = 沿用测试里已证明更优的版本稿：“{ $what }”。
slate-why-leading = 沿用测试里暂时领先、还没证明更好的版本稿：“{ $what }”。
slate-opens = 第一稿用同样的开头。
slate-because-proven = “{ $title }”在测试里已证明更优。
slate-because-leading = “{ $title }”在测试里暂时领先，还没证明更好。
markets-any = 不限国家
