"""The words that pages wrap around articles, line by line. Data only; `phrases` says how much of a line each must be to condemn it.

Written as people write them; compared folded, without punctuation, so one spelling of a phrase is enough.
"""

RELATED = """
اقرأ أيضا
إقرأ أيضا
اقرأوا أيضا
اقرؤوا أيضا
اقرأ المزيد
اقرأ كذلك
إقرأ المزيد
اقرأ في
اقرأ عن
واقرأ أيضا
طالع أيضا
طالع المزيد
شاهد أيضا
شاهد المزيد
شاهدوا أيضا
تابع أيضا
انظر أيضا
أنظر أيضا
يمكنك أيضا قراءة
يمكنك قراءة
يمكنك أيضا متابعة
قد يهمك
قد يهمك أيضا
قد يعجبك أيضا
قد يعجبك
ربما يعجبك
ربما يهمك
مواضيع ذات صلة
موضوعات ذات صلة
موضوع ذو صلة
مواضيع متعلقة
موضوعات متعلقة
الموضوعات المتعلقة
المواضيع المتعلقة
مواضيع ذات علاقة
موضوعات ذات علاقة
مواضيع مشابهة
مواضيع مرتبطة
موضوعات مرتبطة
أخبار ذات صلة
أخبار ذات علاقة
أخبار متعلقة
أخبار مرتبطة
أخبار مشابهة
مقالات ذات صلة
مقالات متعلقة
مقالات مشابهة
مقالات أخرى
محتوى ذو صلة
ذات صلة
روابط ذات صلة
المزيد من المقالات
المزيد من الأخبار
للمزيد من الأخبار
للمزيد من التفاصيل
المزيد حول هذا الموضوع
المزيد عن هذا الموضوع
اخترنا لك
اخترنا لكم
مختارات لك
نرشح لك
نرشح لكم
ننصح بقراءة
ننصحك بقراءة
للمزيد اقرأ
الأكثر قراءة
الأكثر مشاهدة
الأكثر تداولا
الأكثر شعبية
الأكثر تفاعلا
آخر الأخبار
أحدث الأخبار
أهم الأخبار
مواضيع ساخنة أخرى
اختيارات القراء
قصص مقترحة
مقترحات
بیشتر بخوانید
همچنین بخوانید
بخوانید
مطالب مرتبط
اخبار مرتبط
خبرهای مرتبط
مطالب پیشنهادی
پربازدیدترین
مزید پڑھیں
یہ بھی پڑھیں
متعلقہ خبریں
read also
also read
read more
read next
see also
more on this
more on this story
related
related articles
related stories
related news
related posts
related topics
related content
recommended
recommended for you
you may also like
you might also like
most read
most popular
trending now
lesen sie auch
lesen sie hier
mehr zum thema
auch interessant
lire aussi
à lire aussi
lea también
lea tambien
te puede interesar
leer más
leggi anche
leia também
leia mais
veja também
lees ook
czytaj także
zobacz też
ilgili haberler
читайте также
קראו גם
"""
"""Labels of links to other articles."""

PROMPTS = """
شارك هذا الخبر
شارك الخبر
شارك المقال
شارك هذه المادة
شارك هذا المقال
شارك على
شارك عبر
شاركها
انشر الخبر
مشاركة عبر
مشاركة على
أرسل إلى صديق
تابعونا على
تابعونا عبر
تابعنا على
تابعنا عبر
تابعوا آخر
تابع آخر الأخبار
تابع آخر أخبارنا
تابعوا قناتنا
تابع قناتنا
لمتابعة آخر الأخبار
لمتابعة المزيد
لمزيد من الأخبار
للمزيد من الأخبار
للمزيد من التفاصيل
لمزيد من التفاصيل اضغط
للاطلاع على المزيد اضغط
انضم إلى قناتنا
انضموا إلى قناتنا
انضم إلينا
اشترك في قناتنا
اشترك في نشرتنا
اشترك في النشرة
اشترك في القائمة البريدية
اشتركوا في
اشترك الآن
سجل بريدك
أدخل بريدك
احصل على آخر الأخبار
هل تسمح بعرض المحتوى
تحتوي هذه الصفحة على محتوى
يمكنكم الآن متابعة
حمل تطبيق
حملوا تطبيق
يمكنكم الاشتراك
جميع الحقوق محفوظة
كافة الحقوق محفوظة
الحقوق محفوظة
حقوق النشر محفوظة
حقوق الطبع محفوظة
يستخدم هذا الموقع
نستخدم ملفات تعريف الارتباط
هذا الموقع يستخدم
عدد المشاهدات
عدد الزيارات
عدد القراءات
عدد التعليقات
مشاهدات
قراءات
حجم الخط
تكبير الخط
تصغير الخط
الكلمات الدالة
الكلمات المفتاحية
كلمات مفتاحية
كلمات دلالية
الوسوم
وسوم
العلامات
تاغز
هاشتاغ
أضف تعليقا
أضف تعليقك
اضف تعليق
اترك تعليقا
اترك تعليقك
اترك ردا
لا توجد تعليقات
لا يوجد تعليقات
شاركنا رأيك
شارك برأيك
الرابط المختصر
رابط مختصر
نسخ الرابط
تم نسخ الرابط
استمع إلى المقال
استمع للمقال
استمع للخبر
وقت القراءة
مدة القراءة
زمن القراءة
الرجاء الانتظار
جاري التحميل
لن يتم نشر عنوان بريدك
الحقول الإلزامية
برچسب ها
کد خبر
لینک کوتاه
به اشتراک گذاری
ارسال نظر
نظر شما
شیئر کریں
follow us on
follow us
share this
share on
sign up for
subscribe to our
subscribe now
all rights reserved
copyright
advertisement
sign in to
log in to
leave a comment
leave a reply
no comments
post a comment
tags
filed under
"""
"""Beginnings of short lines that ask the reader for something, or count readers."""

AMBIGUOUS = """
شارك عبر
شارك على
شاركها
مشاركة عبر
مشاركة على
تابعونا على
تابعوا آخر
تابع آخر الأخبار
انضم إلينا
اشتركوا في
اشترك الآن
احصل على آخر الأخبار
تحتوي هذه الصفحة على محتوى
يمكنكم الاشتراك
يستخدم هذا الموقع
هذا الموقع يستخدم
عدد المشاهدات
عدد الزيارات
عدد القراءات
عدد التعليقات
مشاهدات
قراءات
حجم الخط
الوسوم
وسوم
العلامات
تاغز
هاشتاغ
وقت القراءة
مدة القراءة
زمن القراءة
نظر شما
follow us
share this
share on
sign up for
subscribe now
copyright
advertisement
sign in to
log in to
no comments
tags
"""
"""Those of the prompts that sentences begin with too («اشتركوا في الهجوم ثلاثة مسلحين.»): they condemn no line that reads like one."""

WHOLE = """
مرتبط
طباعة
فيديو
صور
شارك
مشاركة
نشر
رابط الخبر
إعلان
اعلان
تعليقات
التعليقات
تعليقات القراء
المزيد
للمزيد
التالي
السابق
الرئيسية
فيسبوك
تويتر
واتساب
تلغرام
تيليجرام
لينكدإن
إنستغرام
يوتيوب
بريد إلكتروني
البريد الإلكتروني
حفظ
استماع
الموضوع التالي
الموضوع السابق
الخبر التالي
الخبر السابق
المقال التالي
المقال السابق
اشترك
تسجيل الدخول
إغلاق
مقالات
الكاتب
أخبار
قناة
facebook
twitter
whatsapp
telegram
linkedin
instagram
youtube
email
print
share
copy link
advertisement
comments
next
previous
tweet
pinterest
reddit
"""
"""Furniture only as a whole line."""

COMMENTS = """
تعليقات
التعليقات
تعليقات القراء
التعليقات المنشورة
أضف تعليقا
أضف تعليقك
اضف تعليق
اترك تعليقا
اترك تعليقك
اترك ردا
شاركنا رأيك
comments
leave a comment
leave a reply
دیدگاه
نظرات
"""
"""Headings under which readers speak: nothing of the article follows."""

POLICY = """
ننصحك
مشاركاتك
تعليقك
تعليقاتك
بياناتك
وجهات نظر أصحابها
لا تعبر عن رأي
لا تعبر بالضرورة
مراجعة التعليقات
إرشادات الاستخدام
شروط الاستخدام
سياسة الخصوصية
سياسات الخصوصية
قوانين النشر
التعليقات المسيئة
"""
"""Rules for readers' comments: two of these in one line."""

CREDIT_LEADS = """
المصدر
المصادر
مصدر الخبر
نقلا عن
نقلا من
عن
وكالات
وكالة
source
منبع
"""
"""What stands before the name of a source."""

AGENCIES = """
رويترز
وكالات
الوكالات
أ ف ب
ا ف ب
فرانس برس
أ ب
أسوشيتد برس
د ب أ
سانا
واس
بترا
وام
كونا
قنا
بنا
واع
وفا
وات
واج
سبأ
نينا
شينخوا
الأناضول
سبوتنيك
تاس
إرنا
فارس
معا
شفق نيوز
أ ش أ
أش أ
reuters
afp
ap
dpa
epa
sana
spa
xinhua
ایرنا
ایسنا
مهر
تسنیم
"""
"""News agencies by the names and letters that sign a text; one of them alone is a whole line."""

BYLINE_LEADS = """
كتب
كتبت
بقلم
تحرير
إعداد
كتبه
كتبها
تقرير
متابعة
ترجمة
حاوره
حاورته
حاورها
حاورتها
بواسطة
تصوير
المحرر
by
von
par
por
"""
"""What stands before the name of a writer."""

PUBLICATION = """
نشر
نشر في
نشرت
تم نشره
تم النشر
تاريخ النشر
تاريخ الإضافة
كتب
كتبت
بقلم
تاریخ انتشار
published
published on
publication date
date published
posted
posted by
posted on
"""
"""How lines begin that say when a text was published."""

STAMP = """
نشر تم نشره نشرت في بتاريخ تاريخ النشر نشر: آخر أخر تحديث التحديث حدث محدث الساعة على عند يوم منذ قبل
صباحا مساء ظهرا ص م بتوقيت توقيت غرينتش جرينتش المكرمة مكة دمشق القاهرة بغداد بيروت القدس الرياض أبوظبي عمان المحلي
السبت الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة
يناير فبراير مارس أبريل إبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
كانون الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين الأول ثاني أول
جانفي فيفري أفريل ماي جوان جويلية أوت غشت شتنبر نونبر دجنبر يوليوز
محرم صفر ربيع الآخر جمادى رجب شعبان رمضان شوال ذو القعدة الحجة هـ ه م
دقيقة دقائق ساعة ساعات أيام ثانية
فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند شنبه یکشنبه دوشنبه سه چهارشنبه پنجشنبه جمعه تاریخ انتشار ساعت
published updated on at last update posted gmt utc am pm et est edt bst cet ago hours hour minutes min read
monday tuesday wednesday thursday friday saturday sunday
january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec
"""
"""Words that lines with nothing but a date are made of, beside numbers."""

EMBEDDED = """
قصص
يوتيوب
فيسبوك
تويتر
إكس
انستغرام
بودكاست
مواضيع
محتوى
الأكثر
مشاركة
"""
"""First words of the lines «… نهاية» that close what a page embeds."""
