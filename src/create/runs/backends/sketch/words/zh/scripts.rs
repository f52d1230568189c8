//! Chinese hooks, beats, titles and captions.

use super::super::super::HookFamily;
use super::super::BeatTemplate;
use HookFamily::{Claim, Number, Question, Silence, Story};

pub(super) const HOOKS: &[(HookFamily, &str)] = &[
    (Question, "说到{niche}，你第一眼看哪儿？"),
    (Question, "上一次认真看{niche}，是什么时候？"),
    (Question, "只有一分钟留给{niche}，你站哪儿？"),
    (Question, "是谁教你这样看{niche}的？"),
    (Question, "换作你，会留意{facet}吗？"),
    (Question, "{niche}里，为什么要有{facet}？"),
    (Claim, "{niche}最好看的那段，海报上没有。"),
    (Claim, "看{niche}，你可能一直看错了地方。"),
    (Claim, "看{niche}，先找{facet}，剩下的自己会来。"),
    (Claim, "{niche}里大半的事，都发生在关机以后。"),
    (Claim, "看{niche}有个慢办法，慢的更好。"),
    (Claim, "先别听解释，从{facet}看起。"),
    (Number, "{niche}里有三样东西，第三样会动。"),
    (Number, "四十秒，{niche}的一个角落，一刀不剪。"),
    (Number, "一间屋，两个人，还有{facet}。"),
    (Number, "给{niche}十秒，再决定划不划走。"),
    (Number, "看{niche}有两种看法，你大概只用过一种。"),
    (Number, "一个镜头给{facet}，一个镜头给你。"),
    (Story, "她本来不是为这个来的，却为{facet}留了下来。"),
    (Story, "他说再也不碰{niche}了，偏偏电话响了。"),
    (Story, "事情要从{niche}里很普通的一天说起。"),
    (Story, "那天门没关严，我们就这么看见了{facet}。"),
    (Story, "邻居一直看不上{niche}，直到星期二。"),
    (Story, "{niche}到一半，灯灭了，没有一个人走。"),
    (Silence, "三秒{niche}，谁都不说话。"),
    (Silence, "先听，{niche}，不带人声。"),
    (Silence, "等一下，{facet}来了。"),
    (Silence, "没有旁白，只有{niche}里{facet}。"),
    (Silence, "{niche}开始之前的那口气。"),
    (Silence, "别动，看{facet}。"),
];

pub(super) const TITLES: &[&str] = &[
    "{topic}",
    "{topic}，慢慢看",
    "{topic}，凑近看",
    "{topic}：短版",
    "{topic}，请开声音",
    "{topic}，从头再看一遍",
    "{topic}，不讲行话",
    "再看一眼：{topic}",
    "{topic}，一间屋里讲完",
    "{topic}，讲给{audience}",
    "看到最后：{topic}",
    "{topic}，不解释版",
];

pub(super) const SETUPS: &[BeatTemplate] = &[
    ("故事从这儿开始，现在什么都还没发生。", "全景，不动，一个人走进来。"),
    ("看画面左边，别挪眼。", "定机位，左边有个小动静。"),
    ("往下看之前，你只需要知道一件事。", "素底，一行字。"),
    ("从这儿看挺容易的，人人都这么说。", "背影，正在干活。"),
    ("地方是这儿，人是这位，时间是这会儿。", "三个短镜头：地方、脸、钟。"),
    ("走到这里，多数人就过去了。", "脚步走过，镜头不走。"),
    ("先别下结论，给它十秒。", "平视，一镜不剪。"),
    ("这些事，都发生在没人看的时候。", "晨光，现场声。"),
];

pub(super) const PROOFS: &[BeatTemplate] = &[
    ("看手，手比脸先知道。", "手部特写，不切。"),
    ("再来一遍，慢一点。", "同一个动作，半速。"),
    ("就是这一下。", "定格一秒。"),
    ("同样的画面，拿掉{facet}再看。", "机位不变，少一样东西。"),
    ("听见了吗？这一声，谱上没有。", "画面压黑，声音留着。"),
    ("这里错了，他们没改。", "把瑕疵放大，不评价。"),
    ("看看谁没动。", "镜头慢慢转向画面边上。"),
    ("放在一起，就看出来了。", "左右分屏，前后对照。"),
    ("这遍一次就成了，前面那遍可不是。", "快切几次失手，接上成的这次。"),
    ("没人教他们非得这么做。", "两个人，同一件事，两种做法。"),
];

pub(super) const TURNS: &[BeatTemplate] = &[
    ("接下来这段，没人讲过。", "黑场半秒，直接切到极近。"),
    ("原来跟本事没关系，要紧的是{facet}。", "回到第一个镜头，换到对面拍。"),
    ("现在，回头看第一个画面。", "开场画面原样再来一次。"),
    ("这么一来，刚才看到的就不一样了。", "静音快倒三个镜头。"),
    ("先别管它，放一会儿。", "镜头停住，没有旁白，没有音乐。"),
    ("你以为是背景的，才是正戏。", "焦点从前景拉到后景。"),
    ("总得有个人拿这个主意。", "一张正在听的脸。"),
    ("“{perspective}。”我们想说的就这一句。", "字上屏，停一停，再消失。"),
];

pub(super) const CLOSES: &[BeatTemplate] = &[
    ("你第一眼看见的是什么？", "最后一帧停两秒。"),
    ("换作你，留还是不留？", "回到那个人，他不说话。"),
    ("下回，从这边看起。", "镜头原路退出去。"),
    ("再看一遍，你会看别的地方。", "停在开场那一帧，首尾相接。"),
    ("两个里头，你挑哪个？", "两个都摆在画面上，不动。"),
    ("就这些。", "先收声，再收光。"),
    ("明天，我们还在这儿。", "门关上，现场声留到最后。"),
    ("现在，你知道该站哪儿了。", "从对的位置给最后一个全景。"),
];

pub(super) const OPENING_NOTES: &[(HookFamily, &str)] = &[
    (Question, "平视镜头说话，问句同时上屏。"),
    (Claim, "语气放平，画面就是这句话说的东西。"),
    (Number, "数字大字上屏，跟着人声切。"),
    (Story, "从动作中间切进来，人声已经在讲。"),
    (Silence, "前三秒没有人声，只有这行字。"),
];

pub(super) const STANCE_NOTES: [(&str, &str); 3] =
    [("raw", "手持，现场声，什么都不修。"), ("crafted", "定机位，光先布好，全片一个色调。"), ("synthetic", "画面为生成内容，第一帧起就带 AI 标识。")];

pub(super) const CAPTIONS: &[&str] = &[
    "{topic}。第一遍看故事，第二遍看{facet}。",
    "那个小失误我们留着了，你找到了吗？",
    "{topic}。你第一眼看见的是什么？",
    "讲给{audience}，不用任何基础。",
    "方便的话请开声音，前三秒是故意安静的。",
    "换作你，会留下哪一刻？",
    "“{perspective}。”同意吗？不同意也说说。",
    "{topic}。留着，晚上慢慢看。",
    "{niche}的一个角落，我们看到什么样，就拍成什么样。",
    "这件事有两种看法，说说你的。",
    "{topic}。下一条，看{facet}。",
    "发给那个会看到最后的人。",
];

pub(super) const TAGS: &[&str] = &["短片", "特写", "慢慢看", "讲故事", "幕后", "一镜到底"];
pub(super) const ANY_NICHE: &str = "这门手艺";
pub(super) const MARK: &str = "模板，非 AI";
