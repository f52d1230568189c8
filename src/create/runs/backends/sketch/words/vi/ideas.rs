//! Vietnamese ideas: title, hook, angle.

use super::super::super::Axis;
use super::super::IdeaTemplate;

pub(super) const IDEAS: &[IdeaTemplate] = &[
    ("Giữa {niche}, không lời nào", "Từ đây không ai giải thích gì cả.", "Để hình tự kể; năm giây cuối mới hiện một dòng chữ."),
    (
        "Xem {niche} từ hàng ghế cuối",
        "Ngồi cuối mới thấy cái mà hàng đầu bỏ lỡ.",
        "Một cảnh rộng đặt máy cố định, chỉ nói về những gì thấy được từ chỗ đó.",
    ),
    (
        "Trẻ con sẽ hỏi gì về {niche}",
        "Câu này chỉ trẻ con mới dám hỏi.",
        "Bắt đầu bằng câu hỏi ngây ngô nhất, trả lời mà không dùng một từ chuyên môn.",
    ),
    (
        "{niche} trong năm tiếng động",
        "Nhắm mắt lại. Năm tiếng, rồi đoán.",
        "Thu năm tiếng thật, phát liền nhau, xong tiếng cuối mới cho xem nó từ đâu ra.",
    ),
    ("Đôi tay phía sau {niche}", "Đừng nhìn mặt. Nhìn tay.", "Cả clip chỉ có đôi tay; gương mặt để dành cho cảnh cuối."),
    ("Thư gửi {niche}", "Lẽ ra lá thư này phải viết từ lâu.", "Đọc một lá thư ngắn trên những cảnh quay chậm về nơi được nhắc trong thư."),
    (
        "Một câu hỏi về {niche}, hai thế hệ trả lời",
        "Cùng một câu hỏi, cách nhau nửa đời người.",
        "Hỏi người già nhất và người trẻ nhất bạn quen, dựng hai câu trả lời cạnh nhau.",
    ),
    ("Kể ngược {niche}", "Đây là đoạn kết. Giờ xem nó bắt đầu từ đâu.", "Mở bằng kết quả, lùi từng cảnh một về động tác đầu tiên."),
    ("Một ngày tệ trong {niche}", "Có những ngày làm gì cũng hỏng.", "Xin một ngày xui có thật, kể lại bằng những món đồ có mặt hôm đó."),
    (
        "{niche}, bỏ đi đoạn nổi tiếng nhất",
        "Bỏ đoạn ai cũng chờ. Còn lại gì?",
        "Cố tình cắt khoảnh khắc quen thuộc, xem phần còn lại có đứng được không.",
    ),
    ("Ba món đồ kể chuyện {niche}", "Ba món đồ. Món thứ ba trông sai sai.", "Bày ba món lên bàn trống, mỗi món đúng một câu."),
    ("Người lần đầu gặp {niche}", "Đừng xem nó. Xem mặt cô ấy.", "Máy theo người mới từ đầu tới cuối, không lời bình, không nhạc."),
    (
        "Cố tình phá một lệ của {niche}",
        "Lệ là thế này. Giờ mình phá thử.",
        "Nói rõ một cái lệ, phá ngay trước máy, rồi xem người trong nghề phản ứng.",
    ),
    (
        "{niche} lúc năm giờ sáng",
        "Năm giờ sáng, chẳng ai diễn cho ai xem.",
        "Quay một tiếng trước giờ mở cửa, ánh sáng có sao dùng vậy, tiếng có sao giữ vậy.",
    ),
    (
        "Một từ trong {niche} không dịch được",
        "Có một từ, dịch ra là nhạt.",
        "Chọn một tiếng lóng trong nghề, dịch ba lần, cả ba đều hụt một chút, rồi dừng ở đó.",
    ),
    (
        "Đi dạo trong {niche} như đi trên một con phố",
        "Rẽ trái ở chỗ những người mới vào nghề.",
        "Đi một con phố thật, mỗi cánh cửa là một phần của câu chuyện.",
    ),
    (
        "Cho vai phản diện nói trước: {niche}",
        "Hôm nay người bị ghét nhất được nói trước.",
        "Cho nhân vật ít được thương nhất ba mươi giây, không ai ngắt lời.",
    ),
    (
        "Một tuần của {niche} trên tờ hóa đơn",
        "Đây là hóa đơn của một tuần.",
        "In những gì bỏ ra và nhận lại thành từng dòng, rồi dừng máy ở một dòng.",
    ),
    (
        "Người qua đường đoán về {niche}",
        "Anh ấy có ba mươi giây và không biết gì cả.",
        "Đưa một tấm ảnh cho người lạ, nghe họ đoán xong mới cho xem sự thật.",
    ),
    ("{niche}, kể cho {audience}", "Bạn chưa từng hỏi chuyện này. Vậy càng hay.", "Bắt đầu từ thứ họ đang thích sẵn, rồi bước sang trong một nhịp."),
    ("Lời xin lỗi thay cho {niche}", "Xin lỗi. Người ta cứ bảo bạn là nó chán.", "Nhận thật ba cái dở, rồi đưa ra một điều gỡ lại được tất cả."),
    (
        "Chuyện cãi hoài chưa xong trong {niche}",
        "Hai người rành nhất vẫn chưa ai chịu ai.",
        "Mỗi bên mười lăm giây bằng nhau, không phân thắng thua.",
    ),
    ("Chỗ ngồi không ai chọn trong {niche}", "Luôn có một chỗ trống. Hôm nay mình ngồi vào.", "Đặt máy ở chỗ chẳng ai đứng và để yên suốt cảnh."),
    ("{niche}, quay một lần không cắt", "Không có cắt đâu. Cứ xem đi.", "Tập một lần, quay một lần, giữ nguyên lỗi nhỏ."),
    (
        "Thử một câu nói với {niche}",
        "“{perspective}.” Để xem câu này có đứng được không.",
        "Cho câu ấy lên màn hình, tìm một trường hợp ngược lại, rồi nói điều còn lại.",
    ),
    (
        "{facet} trong {niche}",
        "Để ý {facet}. Nó nói nhiều hơn phần còn lại.",
        "Chọn đúng một trường hợp có thật và ở lại với nó tới khi hiểu ra cả chuyện.",
    ),
    (
        "Vì sao {niche} cần {facet}",
        "{facet}: thứ ai cũng lướt qua.",
        "Quay cùng một cảnh hai lần, một lần có, một lần không, để người xem tự gọi tên chỗ khác.",
    ),
    ("Không ai quay {facet} trong {niche}", "Tới đoạn này là máy nào cũng tắt.", "Ở lại khi mọi người đã dọn máy, chỉ dùng những gì diễn ra sau đó."),
    (
        "Hỏi ba người trong {niche} về {facet}",
        "Một câu hỏi, ba câu trả lời, không ai giống ai.",
        "Hỏi cả ba về {facet}, mỗi người chỉ giữ câu đầu tiên.",
    ),
    ("Nhìn gần {niche}: {facet}", "Gần nữa. Gần chút nữa. Đó.", "Bắt đầu gần tới mức không nhận ra gì, rồi lùi ra bốn nấc."),
    ("{facet} trong {niche}: một thật, một giả", "Có một cái sai. Cái nào?", "Cho xem cả hai, không bình luận, ba giây cuối mới đáp."),
    ("{niche} nếu thiếu {facet}", "Thử hình dung chưa từng có {facet}.", "Dựng cảnh với khoảng trống ấy và để khoảng trống làm nhân vật chính."),
    (
        "{facet} dạy được gì trong {niche}",
        "Bài học này không ai soạn trước.",
        "Viết thành một cảnh ngắn giữa hai người, một người đã thấy chuyện này rồi.",
    ),
    ("Nếu {facet} biết nói: {niche}", "Tôi ở đây suốt, chỉ là không ai hỏi.", "Cho {facet} xưng tôi, giọng tỉnh, hơi mệt."),
    ("Thư tình gửi {facet} trong {niche}", "Gửi cho phần chưa ai cảm ơn bao giờ.", "Mười cảnh chậm, mỗi cảnh một câu, không giải thích."),
    ("Nghe {facet} trong {niche}", "Mở tiếng lên trước rồi hẵng nhìn.", "Màn hình đen, tiếng thật vào trước, hình tới sau ba giây."),
    (
        "{niche} trên một tờ giấy: {facet}",
        "Một tờ giấy, một cây bút, một phút.",
        "Quay từ trên xuống, vẽ trực tiếp, lời chỉ nói điều ngòi bút đang làm.",
    ),
    ("Người đã rời {niche} còn nhớ {facet}", "Hỏi họ bây giờ còn mơ thấy gì.", "Gọi một cuộc ngắn cho người đã nghỉ, giữ nguyên những quãng lặng."),
    ("Đo thử {facet}: {niche}", "Bọn mình đo thật. Bằng đồng hồ bấm giờ trong bếp.", "Chọn một việc nhỏ, đếm suốt một ngày, đọc con số lên tỉnh bơ."),
    ("{niche} ban đêm: {facet}", "Trời tối rồi, lệ cũng lỏng hơn.", "Quay đêm với một bóng đèn, theo {facet} từ đầu tới cuối."),
    ("Định quay {niche}, lại gặp {facet}", "Ban đầu không định quay cái này.", "Mở như một clip bình thường, năm giây sau thì rẽ hướng."),
    ("Bảo tàng nhỏ của {niche}: {facet}", "Phòng số một chỉ có một hiện vật.", "Viết tấm bảng chú thích kiểu bảo tàng và đọc thật nghiêm."),
    (
        "Người đứng cạnh kể về {facet}: {niche}",
        "Chị đứng cạnh bao năm mà chưa nói câu nào.",
        "Tìm người phụ việc, người hàng xóm hay người nhà, để họ kể.",
    ),
    ("Mười giây {facet}, rồi mới tới {niche}", "Xem mười giây đã. Rồi nói chuyện.", "Dành trọn phần mở cho {facet}, lời giải thích phải chờ."),
    ("Cá nhau về {facet} trong {niche}", "Sai thì tối nay tôi rửa bát.", "Hai người bạn cá với nhau, máy quay chờ cùng họ."),
    (
        "Nhắc tới {facet} trong {niche} là cãi",
        "Nhắc chuyện này giữa bữa cơm, đếm tới ba là cãi.",
        "Quay ngay tại mâm cơm, vừa ăn vừa cãi, không cần ngã ngũ.",
    ),
    ("Học {niche}, bắt đầu từ {facet}", "Bắt đầu từ {facet}. Mấy thứ khác để sau.", "Chỉ dạy một thứ, chậm tới mức tối nay người xem thử được luôn."),
    ("Kể trước giờ ngủ: {facet} trong {niche}", "Ngày xưa có một chuyện chẳng ai để ý.", "Kể nhỏ giọng cho một người ngồi ngoài khung hình."),
];

pub(super) const LENS_IDEAS: &[(Axis, IdeaTemplate)] = &[
    (Axis::Angle, ("Vào {niche} bằng lối “{lens}”", "Lần này mình đi cửa phụ.", "Bám đúng “{lens}”, để nó quyết định từng cảnh.")),
    (
        Axis::Angle,
        ("“{lens}” nhìn {facet}: {niche}", "Vẫn chuyện đó, đứng sang đây mà nhìn.", "Cả clip chỉ một điểm nhìn: “{lens}”, không đổi giữa chừng."),
    ),
    (Axis::Angle, ("Kể {niche} từ “{lens}”", "Trước giờ bạn toàn nghe kể ngược lại.", "Người kể giữ “{lens}” tới cùng, kể cả chỗ khó nghe.")),
    (
        Axis::Market,
        (
            "{niche}, kể cho {lens} trước",
            "Bắt đầu từ chỗ người xem đang đứng.",
            "Mở bằng thứ người xem ở {lens} gặp hằng ngày, rồi cắt thẳng vào chuyện.",
        ),
    ),
    (Axis::Market, ("{lens} nghe được gì trong {niche}", "Chưa có phụ đề đâu. Nghe đã.", "Để tiếng và hình đi trước, chưa dịch vẫn phải hiểu.")),
    (
        Axis::Market,
        ("{facet} trong {niche}, cho {lens}", "Cái này khỏi tra từ điển.", "Chọn cảnh tự nó kể được, câu cuối nhờ người ở {lens} xem lại."),
    ),
    (
        Axis::Format,
        (
            "{niche} theo kiểu {lens}",
            "Chuyện cũ, đựng trong cái bình khác.",
            "Giữ đúng khuôn {lens}, để chính cái khuôn tạo ra cái cười hay cái căng.",
        ),
    ),
    (Axis::Format, ("{lens}: {facet} trong {niche}", "Ngắn hơn bạn tưởng mà vẫn đủ.", "Làm theo kiểu {lens}, một ý duy nhất, không chào hỏi.")),
    (
        Axis::Format,
        ("{niche}, số đầu tiên theo kiểu {lens}", "Tập một bắt đầu từ giữa chuyện.", "Coi {lens} là lời hẹn, tuần sau lặp lại đúng dáng đó."),
    ),
    (Axis::Emotion, ("{niche}, và {lens}", "Không ai nói ra. Bạn vẫn thấy.", "Cả cảnh hướng về {lens} mà không gọi tên lần nào.")),
    (Axis::Emotion, ("{lens} nằm ở {facet}: {niche}", "Chờ cái nhìn thứ hai.", "Đặt {lens} vào một cử chỉ, giữ máy tới khi nó chạm.")),
    (Axis::Emotion, ("Tìm {lens} trong {niche}", "Nó không nằm ở chỗ nhạc nổi lên.", "Tìm {lens} vào lúc yên nhất trong ngày và chỉ quay lúc đó.")),
];

pub(super) const LENS_ANGLES: &[(Axis, &str)] = &[
    (Axis::Angle, "Giữ đúng góc nhìn “{lens}”."),
    (Axis::Angle, "Chỉ kể từ “{lens}”, không đổi chỗ."),
    (Axis::Angle, "Cảnh nào cũng đi qua “{lens}”."),
    (Axis::Market, "Câu đầu nhờ một người ở {lens} nghe thử."),
    (Axis::Market, "Chưa dịch mà người xem ở {lens} vẫn theo được."),
    (Axis::Market, "Dùng nơi chốn và thói quen mà người ở {lens} nhận ra."),
    (Axis::Format, "Dạng: {lens}."),
    (Axis::Format, "Dựng theo kiểu {lens}."),
    (Axis::Format, "Giữ đúng khuôn: {lens}."),
    (Axis::Emotion, "Xem xong còn đọng lại: {lens}."),
    (Axis::Emotion, "Để {lens} tới muộn một chút."),
    (Axis::Emotion, "Cảnh cuối dành cho {lens}."),
];

pub(super) const FACETS: &[&str] = &[
    "lần hỏng đầu tiên",
    "quãng chờ dài",
    "món đồ nghề cũ nhất",
    "năm phút cuối",
    "chi tiết nhỏ nhất",
    "tiếng động trong phòng",
    "cái lệ ai cũng phạm",
    "ngày đầu tiên",
    "người dọn sau cùng",
    "đoạn khó nhất",
    "căn phòng lúc mọi người đã về",
    "món đồ trong ngăn kéo",
    "đêm hôm trước",
    "cái lỗi được giữ lại",
    "người ngồi hàng cuối",
    "cái giá phải trả",
    "cử chỉ không có tên",
    "món đồ không nỡ vứt",
    "cái lúc suýt hỏng",
    "câu chưa nói ra",
];

pub(super) const WHY_NOW: &[&str] = &[
    "Dễ thử: một người, một chỗ, một buổi chiều.",
    "Không cần dịp lễ hay tin nóng, trống giờ nào đăng giờ đó.",
    "Để biết mở đầu yên lặng có giữ được người xem không.",
    "Người mới xem thường hỏi câu này trước.",
    "Làm tiếp được: nếu hợp, còn cả chục clip cùng kiểu.",
    "Cố tình khác kiểu ngồi nói trước máy.",
    "Đi xa được: hình hiểu trước, lời hiểu sau.",
    "Hợp để người mới trong nhóm làm clip đầu tay.",
    "Không vướng bản quyền nhạc.",
    "Có chuyện cho phần bình luận bàn qua bàn lại.",
    "Lần tới đi quay, tiện tay là xong.",
    "Đặt cạnh kiểu mở đầu quen thuộc mà so, đằng nào cũng học được.",
    "Sát với điều dự án theo đuổi: “{perspective}”.",
    "Nói với {audience} mà không bắt họ biết trước gì cả.",
    "Dễ chuyển sang bản cho {market}.",
];
