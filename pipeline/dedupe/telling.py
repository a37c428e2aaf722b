"""How much a word tells of *which* event an article reports: nothing, what sort of event, in which country, or its very name.

    0     function words and everyday words of news (`common.COMMON`)
    KIND  what sort of thing happened, and to whom: «انفجار», «محكمة», «أصيب» — a thousand events share them
    LAND  the country or the world body: «سوريا», «السورية» and «السوري» are one
    1     everything else: a town, a family, a firm, a medicine

Two reports of one event share its names; two events of one sort share its kind. Rarity counted in the archive would say the same, but
another thing each day and nothing on the first: these lists are the words that are frequent in any news. What is on none of them counts
as a name, so a language without a list has its own everyday words for names, and its reports are rarely grouped: the safe side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.text.fold import fold
from pipeline.text.remembered import remembered

from .common import COMMON
from .spelling import stem

KIND, LAND = 0.3, 0.45

# Folded as the lines below are read: written without hamza and with ه for ة where that is shorter to type.
_KINDS = """
# arms, police, courts
انفجار انفجارات تفجير تفجيرات انفجر مفخخه مفخخ قصف غاره غارات هجوم هجمات هاجم هاجمت استهداف استهدف استهدفت ضربه ضربات اشتباك اشتباكات معارك معركه مواجهات
قتال حرب حروب هدنه وقف اطلاق النار نار رصاص صاروخ صواريخ قذيفه قذائف مسيره مسيرات طائره طائرات عبوه ناسفه لغم الغام سلاح اسلحه ذخيره
جيش جنود جندي عسكري عسكريه ضابط ضباط شرطه امن قوات قوه عناصر عنصر مسلح مسلحون مسلحين فصائل ميليشيا تنظيم ارهابي ارهاب ارهابيه دوريه حاجز
تفتيش كمين انتحاري اغتيال اغتال خطف مخطوف اختطاف رهائن اسير اسري اسرى معتقل معتقلين اعتقال اعتقل اعتقلت توقيف اوقف اوقفت موقوف موقوفين ضبط ضبطت
احباط احبطت قبض القبض داهم داهمت مداهمه عصابه شبكه خليه تهريب مهرب مخدرات حبوب حبه تزوير سرقه سرق جريمه جرائم متهم متهمين مشتبه مدان
مدانين ادانه سجن السجن حبس حكم احكام قضي قضت محكمه قضاء قاضي قضيه قضايا نيابه تحقيق تحقيقات دعوي محامي اعدام عقوبه عقوبات غرامه جنايات
استئناف تمييز اتهام اتهم اتهمت افراج افرج اطلق سراح حدود حدودي
# death, rescue, disasters
قتيل قتلي قتل قتلت يقتل مقتل قاتل توفي توفيت وفاه موت مات رحيل راحل جثه جثث جثمان جثامين دفن تشييع جنازه جريح جرحي جرح
اصيب اصيبت اصابه اصابات مصاب مصابين ضحيه ضحايا شهيد شهداء ناجين نجا نجاه انقاذ انقذ اسعاف مسعف مسعفين مستشفي مستشفيات مشفي اطفاء اطفائيه دفاع
مدني مدنيه مدنيين مدنيون حريق حرائق اندلع اندلعت احترق التهم اخماد دخان انهيار انهار انهارت انقاض ركام مبني مباني عقار بناء بنايه طابق طوابق
منزل منازل بيت بيوت سقف حادث حوادث حادثه تصادم اصطدام انقلاب انقلب انقلبت غرق سياره سيارات حافله حافلات شاحنه شاحنات قطار مركب سفينه قارب
دراجه ركاب راكب سائق طرق شارع شوارع جسر زلزال هزه زلازل ريختر درجه درجات عمق ضرب ضربت مركز سيل سيول فيضان فيضانات امطار مطر
عاصفه رياح ثلوج اضرار ضرر خسائر كارثه ازمه طواريء طوارئ اخلاء نازح نازحين نزوح لاجيء لاجئين مخيم مخيمات اغاثه اغاثيه مساعدات مساعده معونات سكان
اهالي اسره عائله عائلات طفل اطفال امراه نساء رجل رجال شاب شباب شابه فتاه طالب طلاب طلبه عامل عمال موظف موظفين معلم معلمين طبيب
اطباء صحافي صحفي صحفيين
# health, school
صحه صحي صحيه مرض امراض وباء فيروس لقاح دواء ادويه علاج مريض مرضي حاله حالات عدوي كوليرا كورونا تعليم تربيه مدرسه مدارس جامعه جامعات
امتحان امتحانات نتائج نتيجه نجاح
# meetings, politics, protest, travel
اجتماع جلسه قمه مؤتمر ندوه منتدي لقاء لقاءات التقي التقت استقبل استقبلت يستقبل بحث بحثت يبحث تبحث مباحثات محادثات مفاوضات اتصال هاتفي هاتفيا تلقي
تلقت اجري اجرت زياره زار وصل وصلت وفد سفير سفيره سفاره قنصليه نظير نظيره مبعوث مندوب قياده قيادي قادم خارجيه داخليه ماليه اقتصاد عدل
نقل طاقه كهرباء نفط غاز مياه زراعه سياحه ثقافه اعلام رياضه اوقاف عمل تخطيط اسكان بلديه بلديات اتفاق اتفاقيه اتفاقيات مذكره تفاهم وقع وقعت
توقيع تعاون علاقات تعزيز سبل تطوير تطورات مستجدات مشترك ثنائي قرار قرارات قرر قررت موافقه وافق وافقت اقر اقرت صادق صادقت تصويت صوت اصوات
انتخابات انتخاب انتخابيه انتخابي مرشح مرشحين ناخب ناخبين اقتراع اغلبيه برلمان نواب نائب مجلس شيوخ حزب احزاب معارضه تحالف كتله تيار حركه رئاسه رئاسي
رئاسيه ملك ملكي امير ولي عهد سلطان حكومي حكوميه وزاري استقاله استقال اقاله تعيين عين تشكيل مرسوم دستور دستوري تشريع لائحه تعديل بيان خطاب
كلمه رساله برقيه دعوه دعوات طلب مطالب مطالبه تحذير حذر حذرت يحذر ادان ادانت رفض رفضت يرفض نفي نفت دعم مبادره خطه وساطه وسيط
وسطاء احتجاج احتجاجات محتج محتجون محتجين متظاهر متظاهرون متظاهرين تظاهر تظاهره تظاهرات مظاهره مظاهرات اضراب نقابه نقابات اتحاد اعتصام غلق اغلاق اغلق اغلقت فتح
افتتاح افتتح اعاده معبر منفذ مطار ميناء رحله رحلات سفر مسافر مسافرين
# money, markets
سعر اسعار ارتفع ارتفعت انخفض انخفضت تراجع تراجعت صعد صعدت سجل سجلت بورصه سوق اسواق سهم اسهم مؤشر نقطه نقاط تداول تداولات بنك بنوك
مصرف مصارف مصرفي مركزي فائده تضخم عمله عملات ليره جنيه دينار ريال درهم يورو دولار برميل خام ذهب موازنه ميزانيه عجز فائض ديون قرض
قروض استثمار استثمارات مستثمر ربح ارباح ايرادات مبيعات صفقه صفقات استحواذ حصه عقد عقود مشروع مشاريع شركات مصنع مصانع انتاج صادرات واردات تجاره تجاري
تجاريه صناعه صناعي رسوم ضريبه ضرائب جمارك رواتب راتب اجور وظائف بطاله نمو ناتج ربع فصل مالي تمويل مانحين دفع زياده نسبه مئه
# sport
مباراه مباريات فوز فاز تعادل خساره خسر هزيمه هزم هدف اهداف لاعب لاعبين مدرب فريق فرق منتخب نادي انديه دوري كاس بطوله بطل لقب
نهائي نصف جوله مرحله دقيقه شوط ملعب ملاعب جماهير ركله جزاء مرمي حارس مهاجم مدافع كره قدم صداره ترتيب رصيد تاهل مونديال تعاقد انتقال
موسم
# culture, media, studies
معرض كتاب كتب فيلم افلام مهرجان مسرح ممثل فنان فنانه كاتب شاعر روائي روايه جائزه موسيقي اغنيه مسلسل اثار اثري متحف تقرير دراسه باحث
باحثون علماء خبير خبراء محلل محللون مراقبون شهود عيان شاهد احصاء بيانات معلومات موقع مواقع حساب صوره صور فيديو
# places
شمال جنوب شرق غرب شمالي جنوبي شرقي غربي شماليه جنوبيه شرقيه غربيه وسط ريف ضاحيه حي احياء قريه قري بلده بلدات ولايه محافظه اقليم
ناحيه مقاطعه عاصمه جزيره ساحل نهر بحر جبل جبال ساحه ميدان قرب محيط اطراف داخل خارج قادمه باتجاه متجهه كيلومترات كيلومتر متر امتار طن
اطنان هكتار هكتارا
# bodies
جمهوريه مملكه سلطه سلطات ادارات مديريه دائره جهاز جهه قطاع منظمه منظمات جمعيه جمعيات صندوق برنامج بعثه لجنه لجان فرع فروع مجموعه اعمال ممثلين
نشطاء ناشط ناشطون حقوق انسان حقوقيه مجتمع شعب شعوب دين ديني مسجد كنيسه صلاه رمضان عيد مناسبه ذكري يوم سبت
# how and how much
فوري فورا عاجل موسع جاري مستمر متواصل متبادل عشرات مئات الاف معظم نحو قرابه حوالي اكثر تجاوز بلوغ تقريبا صباحي رسمي رسميا بهدف وذلك
لحظه بدء اعتبارا مقر مكتب حضور مشاركه مشارك شارك شاركت ضيف استضافه احتفال مراسم حفل انطلق انطلقت انطلاق اقيم تقام يقام استعداد جهود اهميه
تاكيد حرص مواصله تنسيق تشاور مستوي ظل اعقاب خلفيه جراء اثر احتمال توقع توقعت يتوقع متوقع تعرض تعرضت تسبب تسببت ادي اسفر خلف خلفت
اوقع اوقعت اودي حياه بحياه لقي حتف حتفهم مصرعهم متاثرا نقلوا عثر عثرت كشف كشفت تبين عملت تعمل تواصل يواصل تستمر استانف تعليق علق
علقت توقف تعطل تعطيل ملاحه جويه جوي بريه بري بحريه بحري
# protocol, condolence, ruling houses
فقيد عزاء تعازي مواساه تغمد رحمه رحم غفران سلوان خادم الحرمين شريفين صاحب سمو جلاله فخامه معالي سعاده فضيله حفظه رعاه استقلال تهاني تهنئه
تمنيات اصدق اطيب اعرب بعث ازدهار تقدم مرافق اهتمام ذات تناول تناولت حرصهما اكدا جرت جري قصر ديوان امراء سلمان عبدالعزيز سعود فيصل نهيان
مكتوم زايد خليفه تميم صباح حمد
# ranks, headlines
مقدم عقيد عميد نقيب رائد لواء رقيب مقيم مقيمين وافد اداء الزمه ملزم كبرى كبري ضخم هائل ابرز اهم احداث حدث تغطيه مباشر مباشره
محدث تفاصيل رواد ناشطين مقطع تصريح صحيفه قناه مراسل مراسله خبر اخبار نسخه دوره فعاليات ضمن مختلف تنفيذ انفاذ توجيه فيما بينهم وفيما ينبغي
معاد
# reasons, measures
ضد رغم خشيه غضب سبب اسباب مجهول مجهولين نفسه نفسها ذاته عمره ناهز مساحه مسافه كميه قيمه مبلغ رقم عام عدد
"""

_FUNCTION = """
# English
the and for with from that this these those which who whom whose was were been being have has had will would could should
may might can not but after before during while when where into onto over under about against between through than then also more most
other others some any all its his her their they them she him you our out off said says say told according saying added
new one two three four five six seven eight nine ten first second last year years month months week weeks day days today yesterday
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december morning afternoon evening night early late
there least near per hours hour minutes still yet both each only very such what how why because since until amid among
# French
les des une dans par pour sur avec sans sous entre vers chez dont que qui quoi est sont été était étaient être avoir
avait ont aux ses son leur leurs cette ces cet mais plus moins ainsi alors après avant pendant depuis selon lors lundi mardi mercredi
jeudi vendredi samedi dimanche janvier février mars avril mai juin juillet août septembre octobre novembre décembre matin soir nuit ans jours jour mois semaine
deux trois quatre cinq dix premier première nouveau nouvelle dit déclaré indiqué affirmé ajouté annoncé tout tous toutes autre autres même encore aussi très
fait fois heures
# Turkish
bir bu şu ve ile için olarak olan olduğu olduğunu oldu daha çok gibi kadar sonra önce üzere göre ise ancak ama fakat veya
ya da de ki her tüm bütün yeni ilk son iki üç dört beş gün günü saat saatlerinde sabah akşam gece yıl ay hafta
pazartesi salı çarşamba perşembe cuma cumartesi pazar ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık etti edildi ettiği dedi söyledi
belirtti belirtildi açıkladı açıklandı bildirdi bildirildi yapılan yapıldı meydana gelen geldi eden edilen tarafından arasında üzerinde nedeniyle dolayı
# Persian
است بود شد شده شدن شدند کرد کرده کردند می نمی این آن را که با از در به برای تا بر یا هم
نیز اما اگر هر همه یک دو سه چهار پنج شش هفت هشت نه ده روز روزها سال ماه هفته امروز دیروز فردا صبح
شب شامگاه شنبه یکشنبه دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه گفت گفته گفتند افزود خبر داد داده دارد دارند خواهد خواهند باید شود شوند پس
پیش پیشین دیگر حدود بیش هنوز وی آنها خود ها های
"""

_FOREIGN_KINDS = """
# English
people person man woman men women child children killed dead died kill kills deaths injured wounded hurt police officials official officers minister ministry government
president prime parliament court judge prison sentenced charged arrested suspect attack attacks explosion blast fire blaze shooting shot crash collapsed collapse earthquake flood floods
storm rain winds hospital rescue workers worker authorities city town province state country national international reported reporters statement spokesman chief director department agency service
report area region district village building house school market price prices oil bank rate percent million billion company companies club match team players league
cup win won beat election elections vote voters party leader talks deal agreement ceasefire troops army military forces security border sanctions strike union protest
protesters inquiry investigation casualties heavy immediate
# French
morts mort blessés blessé police ministre ministère gouvernement président tribunal procureur prison attaque explosion incendie accident train voyageurs séisme grève syndicats syndicat école écoles
hôpital enquête ouverte personnes hommes femmes enfants ville village région pays état entreprise prix pétrole banque millions milliards équipe match victoire élection élections vote
parti accord armée forces sécurité autorités
# Turkish
kişi kişinin hayatını kaybetti yaralı yaralandı ölü öldü işçi işçiler ekipler ekipleri ekip kurtarma arama polis jandarma bakan bakanı bakanlığı hükümet cumhurbaşkanı meclis mahkeme
savcılık soruşturma gözaltına tutuklandı deprem büyüklüğünde sel yangın patlama kaza kazada hastane valilik vali valisi valiliği belediye ilçesinde ilçe ilinde köy mahalle bölge bölgeye
sevk saldırı ordu güvenlik sınır lira dolar faiz enflasyon banka maç takım gol lig seçim oy parti çalışması çalışmaları açıklamada açıklama derinlikte afet acil
durum
# Persian
نفر کشته زخمی مجروح مفقود جان باختند باختگان پلیس وزیر وزارت دولت رئیس جمهور مجلس دادگاه دادستان دادگستری زندان بازداشت اتهام پرونده متهم متهمان
زلزله سیل آتش‌سوزی انفجار حمله بیمارستان امداد امدادگران هلال احمر استان شهرستان شهر روستا روستاها مردم مدیر مدیرکل سازمان شرکت قیمت نفت بانک تومان
میلیارد میلیون انتخابات حزب توافق مذاکرات ارتش نیروهای تحقیقات ادامه
"""

# One land or world body a line: every word of a line stands for the first.
_LANDS = """
سوريا سوري سوريه سوريين سوريون syria syrian syrians
لبنان لبناني لبنانيه لبنانيين lebanon lebanese
فلسطين فلسطيني فلسطينيه فلسطينيين palestine palestinian palestinians
اسرائيل اسرائيلي اسرائيليه احتلال israel israeli
اردن اردني اردنيه jordan
عراق عراقي عراقيه عراقيين iraq iraqi
سعوديه سعودي سعوديين saudi
كويت كويتي كويتيه kuwait
قطر قطري قطريه qatar
بحرين بحريني بحرينيه bahrain
امارات اماراتي اماراتيه uae emirati
عمان عماني عمانيه oman
يمن يمني يمنيه yemen yemeni
مصر مصري مصريه مصريين egypt egyptian
سودان سوداني سودانيه sudan sudanese
ليبيا ليبي ليبيه libya libyan
تونس تونسي تونسيه tunisia tunisie
جزائر جزائري جزائريه algeria algérie
مغرب مغربي مغربيه morocco maroc
موريتانيا موريتاني موريتانيه mauritania
صومال صومالي صوماليه somalia
جيبوتي
تركيا تركي تركيه اتراك turkey türkiye turkish
ايران ايراني ايرانيه iran iranian ایران
روسيا روسي روسيه russia russian
اوكرانيا اوكراني اوكرانيه ukraine ukrainian
امريكا امريكي امريكيه اميركا اميركي اميركيه واشنطن usa american america washington united states
بريطانيا بريطاني بريطانيه لندن britain british london
فرنسا فرنسي فرنسيه باريس france français française paris
المانيا الماني المانيه برلين germany german
ايطاليا ايطالي ايطاليه روما italy
اسبانيا اسباني اسبانيه مدريد spain
صين صيني صينيه بكين china chinese
هند هندي هنديه india indian
باكستان باكستاني باكستانيه pakistan
افغانستان افغاني افغانيه طالبان afghanistan
يابان ياباني يابانيه طوكيو japan
كوريا كوري كوريه korea
اوروبا اوروبي اوروبيه europe european
افريقيا افريقي افريقيه africa
اسيا اسيوي اسيويه
متحده امم un onu united nations
غزه gaza
دمشق damascus
بيروت beirut
بغداد baghdad
قدس القدس jerusalem
عمان amman
رياض riyadh
دوحه doha
قاهره cairo
خرطوم khartoum
طرابلس tripoli
رباط rabat
صنعاء sanaa
انقره ankara
اسطنبول istanbul
طهران tehran تهران
موسكو moscow
كندا كندي كنديه canada canadian
مكسيك مكسيكي مكسيكيه mexico mexican
برازيل برازيلي برازيليه brazil brazilian
ارجنتين ارجنتيني ارجنتينيه argentina
كولومبيا كولومبي كولومبيه colombia
فنزويلا فنزويلي فنزويليه venezuela
كوبا كوبي كوبيه cuba
بلجيكا بلجيكي بلجيكيه بروكسل belgium brussels
هولندا هولندي هولنديه netherlands dutch
سويسرا سويسري سويسريه جنيف switzerland geneva
نمسا نمساوي نمساويه فيينا austria vienna
سويد سويدي سويديه sweden swedish
نرويج نرويجي نرويجيه norway
دنمارك دنماركي دنماركيه denmark
فنلندا فنلندي فنلنديه finland
ليتوانيا ليتواني ليتوانيه لاتفيا لاتفي استونيا استوني
بولندا بولندي بولنديه poland polish
يونان يوناني يونانيه اثينا greece greek
قبرص قبرصي قبرصيه cyprus
برتغال برتغالي برتغاليه portugal
مجر مجري مجريه hungary
رومانيا روماني رومانيه romania
بلغاريا بلغاري بلغاريه bulgaria
صربيا صربي صربيه serbia
بوسنه بوسني كوسوفو البانيا الباني
ارمينيا ارمني ارمينيه armenia
اذربيجان اذربيجاني اذري azerbaijan
جورجيا جورجي جورجيه georgia
كازاخستان كازاخي kazakhstan
اوزبكستان اوزبكي uzbekistan
تركمانستان تركماني طاجيكستان طاجيكي قيرغيزستان قرغيزي
بنغلاديش بنغالي bangladesh
سريلانكا سريلانكي نيبال نيبالي
ماليزيا ماليزي ماليزيه malaysia
اندونيسيا اندونيسي اندونيسيه indonesia
سنغافوره سنغافوري singapore
فلبين فلبيني philippines
تايلاند تايلاندي thailand
فيتنام فيتنامي vietnam
ميانمار بورما myanmar
استراليا استرالي استراليه australia australian
نيوزيلندا نيوزيلندي نيوزيلنديه
نيجيريا نيجيري nigeria nigerian
نيجر niger
تشاد تشادي chad
سنغال سنغالي senegal sénégal
غانا غاني ghana
غينيا غيني guinea guinée
بوركينا فاسو burkina
كاميرون كاميروني cameroon
كونغو congo
كينيا كيني kenya kenyan
اوغندا اوغندي uganda
رواندا رواندي rwanda
تنزانيا tanzania
اثيوبيا اثيوبي ethiopia ethiopian
اريتريا اريتري eritrea
موزمبيق mozambique
زيمبابوي انغولا زامبيا
خليج خليجي خليجيه gulf
عرب عربي عربيه arab
"""


def _forms(text: str) -> dict[str, str]:
    """Each word of a text, and the same with the article → the first word of its line."""
    lines = [fold(line).split() for line in text.strip().splitlines() if not line.startswith("#")]
    return {form: line[0] for line in lines for word in line for form in (word, f"ال{word}")}


_land_words = _forms(_LANDS)
_kind = frozenset(map(stem, _forms(_KINDS + _FOREIGN_KINDS)))
_nothing = frozenset(map(stem, {*COMMON, *_forms(_FUNCTION)}))

_inflected = re.compile(r"[وف]?س?[يت][ء-ي]{3,}|[ء-ي]{2,}[ء-هو]ت|[ء-ي]{4,}[يو]ن|[ء-ي]{2,}(?:ه[ام]|هما|ته|وا)")
"""Forms that verbs, plurals of everyday nouns and what is somebody's have, and few names: «يطالب», «أسقطت», «متظاهرين», «بيوتهم»."""
_PARTICLES = ("وال", "بال", "كال", "فال", "لل", "و", "ب", "ل", "ف", "ك")


def telling(words: Iterable[str]) -> dict[str, str]:
    """Key of each word that tells something → the word, in order: its stem, or its land. Figures are left out."""
    found: dict[str, str] = {}
    for word in words:
        key = _read(word)[0]
        if key:
            found.setdefault(key, word)
    return found


def keys(words: Iterable[str]) -> list[str]:
    """The keys of `telling`, each as often as its word comes."""
    return [key for word in words if (key := _read(word)[0])]


def weight(word: str) -> float:
    """How much a word tells: 0, KIND, LAND or 1."""
    return _read(word)[1]


@remembered(100_000)
def _read(word: str) -> tuple[str, float]:
    """Key and weight of a folded word; no key where it tells nothing."""
    if len(word) < 3 or word[0].isdigit() or word in COMMON:
        return "", 0.0
    if land := _land(word):
        return land, LAND
    key = stem(word)
    if key in _nothing:
        return "", 0.0
    return key, KIND if key in _kind or _inflected.fullmatch(word) else 1.0


def _land(word: str) -> str | None:
    """The land or world body that a word names, with whatever particle before it."""
    for start in ("", *_PARTICLES):
        if word.startswith(start) and (land := _land_words.get(word[len(start) :])):
            return land
    return None
