//! Vietnamese hooks, beats, titles and captions.

use super::super::super::HookFamily;
use super::super::BeatTemplate;
use HookFamily::{Claim, Number, Question, Silence, Story};

pub(super) const HOOKS: &[(HookFamily, &str)] = &[
    (Question, "Nhắc tới {niche}, bạn nhìn vào đâu trước?"),
    (Question, "Lần cuối bạn nhìn kỹ {niche} là khi nào?"),
    (Question, "Nếu chỉ có một phút cho {niche}, bạn đứng ở đâu?"),
    (Question, "Ai dạy bạn cách nhìn {niche}?"),
    (Question, "Là bạn, bạn có để ý {facet} không?"),
    (Question, "Vì sao trong {niche} lại có {facet}?"),
    (Claim, "Phần hay nhất của {niche} không nằm trên tấm poster."),
    (Claim, "Có khi bạn đang nhìn nhầm góc của {niche}."),
    (Claim, "Với {niche}, tìm {facet} trước. Phần còn lại sẽ tới."),
    (Claim, "Phần lớn {niche} diễn ra lúc không ai quay."),
    (Claim, "Có một cách xem {niche} chậm hơn, và hay hơn."),
    (Claim, "Khoan nghe giải thích. Bắt đầu từ {facet}."),
    (Number, "Ba thứ cần xem trong {niche}. Thứ ba biết cử động."),
    (Number, "Bốn mươi giây, một góc {niche}, không cắt."),
    (Number, "Một căn phòng, hai con người, và {facet}."),
    (Number, "Cho {niche} mười giây rồi hẵng lướt."),
    (Number, "Có hai cách nhìn {niche}. Bạn mới biết một."),
    (Number, "Một cảnh cho {facet}. Một cảnh cho bạn."),
    (Story, "Chị đến vì chuyện khác, rồi ở lại vì {facet}."),
    (Story, "Anh thề bỏ {niche} rồi. Thế mà điện thoại reo."),
    (Story, "Chuyện bắt đầu vào một ngày rất thường trong {niche}."),
    (Story, "Hôm đó cửa khép hờ, nên bọn mình mới thấy {facet}."),
    (Story, "Bác hàng xóm chẳng coi {niche} ra gì. Cho tới thứ Ba."),
    (Story, "Đang giữa {niche} thì mất điện. Không một ai ra về."),
    (Silence, "Ba giây {niche}. Không ai nói gì."),
    (Silence, "Nghe đã. {niche}, không lời."),
    (Silence, "Chờ chút. {facet} sắp tới."),
    (Silence, "Không lời. Chỉ có {facet}, trong {niche}."),
    (Silence, "Một nhịp thở trước {niche}."),
    (Silence, "Đứng yên. Nhìn {facet}."),
];

pub(super) const TITLES: &[&str] = &[
    "{topic}",
    "{topic}, xem chậm thôi",
    "{topic}, nhìn thật gần",
    "{topic}: bản ngắn",
    "{topic}, nhớ mở tiếng",
    "{topic}, xem lại từ đầu",
    "{topic}, nói cho dễ hiểu",
    "Nhìn lại lần nữa: {topic}",
    "{topic}, gói trong một căn phòng",
    "{topic}, kể cho {audience}",
    "Xem tới cuối nhé: {topic}",
    "{topic}, bản không giải thích",
];

pub(super) const SETUPS: &[BeatTemplate] = &[
    ("Chuyện bắt đầu từ đây. Chưa có gì xảy ra cả.", "Toàn cảnh, đứng yên. Một người bước vào."),
    ("Nhìn bên trái khung hình. Đừng rời mắt.", "Máy cố định, bên trái có gì đó khẽ động."),
    ("Trước khi xem tiếp, bạn chỉ cần biết một điều.", "Nền trơn, một dòng chữ."),
    ("Đứng đây nhìn thì dễ. Ai cũng bảo thế.", "Người đang làm, quay từ sau lưng."),
    ("Chỗ này. Người này. Giờ này.", "Ba cảnh ngắn: nơi chốn, gương mặt, đồng hồ."),
    ("Tới đây thì đa số đi qua luôn.", "Bước chân đi qua, máy ở lại."),
    ("Khoan chê. Cho nó mười giây.", "Một cảnh ngang tầm mắt, không cắt."),
    ("Chuyện này diễn ra từ lúc chưa có ai xem.", "Nắng sớm, tiếng thật tại chỗ."),
];

pub(super) const PROOFS: &[BeatTemplate] = &[
    ("Nhìn tay. Tay biết trước cả mặt.", "Cận đôi tay, không cắt."),
    ("Lần nữa, chậm hơn.", "Vẫn động tác đó, nửa tốc độ."),
    ("Đó. Chính nó.", "Dừng hình một giây."),
    ("Vẫn cảnh này, nhưng bỏ {facet} đi.", "Khung hình giữ nguyên, bớt đúng một thứ."),
    ("Nghe thấy không? Chẳng ai ghi lại tiếng này.", "Hình tối dần, tiếng ở lại."),
    ("Chỗ này sai. Họ giữ nguyên.", "Phóng to vết lỗi, không bình luận."),
    ("Nhìn xem ai không nhúc nhích.", "Máy xoay chậm ra rìa khung hình."),
    ("Đặt cạnh nhau là thấy ngay.", "Chia đôi màn hình, trước và sau."),
    ("Lần này một phát ăn ngay. Mấy lần trước thì không.", "Lướt nhanh mấy lần hỏng, rồi tới lần được."),
    ("Không ai bắt họ phải làm thế này.", "Hai người, một việc, hai cách."),
];

pub(super) const TURNS: &[BeatTemplate] = &[
    ("Và đây là đoạn chẳng ai giải thích.", "Màn đen nửa giây, rồi cận thật sát."),
    ("Hóa ra không phải vì giỏi. Mà vì {facet}.", "Về lại cảnh đầu, quay từ phía bên kia."),
    ("Giờ nhìn lại khung hình đầu tiên.", "Lặp đúng khung hình mở đầu."),
    ("Biết vậy rồi, cảnh lúc nãy thành chuyện khác.", "Tua ngược nhanh ba cảnh, tắt tiếng."),
    ("Để yên đó một lát.", "Giữ cảnh. Không lời, không nhạc."),
    ("Thứ bạn tưởng là nền mới là chuyện chính.", "Kéo nét từ trước ra sau."),
    ("Phải có người quyết chuyện đó.", "Một gương mặt đang lắng nghe."),
    ("“{perspective}.” Bọn mình chỉ muốn nói vậy.", "Câu chữ hiện lên, dừng lại, rồi tan."),
];

pub(super) const CLOSES: &[BeatTemplate] = &[
    ("Bạn nhìn thấy gì trước?", "Giữ khung cuối hai giây."),
    ("Là bạn, bạn có giữ lại không?", "Trở về người ấy. Không nói gì."),
    ("Lần sau, thử nhìn từ phía này.", "Máy lùi ra đúng lối đã vào."),
    ("Xem lại đi. Bạn sẽ nhìn chỗ khác.", "Dừng ở khung mở đầu để nối vòng."),
    ("Hai cái này, bạn chọn cái nào?", "Cả hai cùng trên màn hình, đứng yên."),
    ("Có vậy thôi.", "Tắt tiếng trước, tắt đèn sau."),
    ("Mai bọn mình lại ở đây.", "Cửa khép. Giữ tiếng phòng tới hết."),
    ("Giờ thì bạn biết nên đứng đâu rồi.", "Toàn cảnh cuối, từ đúng chỗ đứng."),
];

pub(super) const OPENING_NOTES: &[(HookFamily, &str)] = &[
    (Question, "Nói thẳng vào máy, ngang tầm mắt; câu hỏi hiện cùng lúc."),
    (Claim, "Giọng bình thản, đặt trên chính hình đang nói tới."),
    (Number, "Con số thật to trên màn hình; cắt theo giọng."),
    (Story, "Vào giữa lúc đang chuyển động, giọng kể đã chạy sẵn."),
    (Silence, "Ba giây đầu không có giọng; chỉ có dòng chữ này."),
];

pub(super) const STANCE_NOTES: [(&str, &str); 3] = [
    ("raw", "Cầm tay, tiếng thật, không sửa gì."),
    ("crafted", "Máy cố định, đèn tính trước, một tông màu cho cả clip."),
    ("synthetic", "Hình do máy tạo: gắn nhãn AI từ khung đầu tiên."),
];

pub(super) const CAPTIONS: &[&str] = &[
    "{topic}. Lần đầu xem chuyện, lần sau xem {facet}.",
    "Lỗi nhỏ đó bọn mình giữ lại. Bạn tìm ra chưa?",
    "{topic}. Bạn nhìn thấy gì trước?",
    "Dành cho {audience}: không cần biết trước gì cả.",
    "Mở tiếng lên nếu tiện. Ba giây đầu im là cố ý.",
    "Là bạn, bạn giữ lại khoảnh khắc nào?",
    "“{perspective}.” Bạn thấy đúng không, hay ngược lại?",
    "{topic}. Lưu lại, tối xem cho thong thả.",
    "Một góc {niche}, thấy sao quay vậy.",
    "Chuyện này có hai cách nhìn. Kể mình nghe cách của bạn.",
    "{topic}. Clip sau: {facet}.",
    "Gửi cho người sẽ chịu xem tới cuối.",
];

pub(super) const TAGS: &[&str] = &["phimngan", "canmat", "xemcham", "kechuyen", "hautruong", "motcumay"];
pub(super) const ANY_NICHE: &str = "nghề này";
pub(super) const MARK: &str = "mẫu có sẵn, không phải AI";
