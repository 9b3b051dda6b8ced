"""Words that carry no subject, by language: left out of stemmed fields, kept in names."""

_ENGLISH = """
a about above after again against all also am an and any are as at be because been before being below between both but by
can cannot could did do does doing don down during each few for from further had has have having he her here hers herself
him himself his how i if in into is it its itself just ll me more most my myself no nor not now of off on once only or
other our ours ourselves out over own re s same she should so some such t than that the their theirs them themselves then
there these they this those through to too under until up ve very was we were what when where which while who whom why
will with would you your yours yourself yourselves
"""

_FRENCH = """
a à ai aie aient ait alors as au aucun aussi autre aux avaient avais avait avant avec avez avoir avons ayant bien c ce ceci
cela celle celles celui ces cet cette ceux chaque ci comme comment d dans de des donc dont du elle elles en encore entre es
est et étaient était étant été être eu eux font fut il ils j je l la le les leur leurs lui m ma mais me même mêmes mes moi
mon n ne ni nos notre nous on ont ou où par parce pas peu peut plus pour pourquoi qu quand que quel quelle quelles quels qui
s sa sans se sera seront ses si son sont sous sur t ta tandis te tes toi ton tous tout toute toutes très tu un une vers vos
votre vous y
"""

_SPANISH = """
a al algo algunas algunos ante antes aquel aquella como con contra cual cuales cuando de del desde donde durante e el él
ella ellas ellos en entre era eran eres es esa esas ese eso esos esta está están estas este esto estos fue fueron ha había
han hasta hay la las le les lo los más me mi mis mucho muchos muy nada ni no nos nosotros nuestra nuestras nuestro nuestros
o os otra otras otro otros para pero poco por porque que qué quien quienes se sea sean ser será si sí sido sin sobre son
soy su sus suya suyo también tan tanto te tengo ti tiene tienen todo todos tu tú tus un una uno unos vosotros vuestra
vuestro y ya yo
"""

_GERMAN = """
aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch auf aus bei bin bis bist
da damit dann das dass dasselbe dazu dein deine dem den denn der deren des dessen dich die dies diese diesem diesen dieser
dieses dir doch dort du durch ein eine einem einen einer eines einige er es etwas euch euer eure für gegen gewesen hab habe
haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in indem ins ist ja jede jedem jeden
jeder jedes jene jetzt kann kein keine können könnte mache man manche mein meine mich mir mit muss musste nach nicht nichts
noch nun nur ob oder ohne sehr sein seine seinem seinen seiner selbst sich sie sind so solche soll sollte sondern sonst über
um und uns unser unsere unter viel vom von vor war waren warst was weg weil weiter welche welchem welchen welcher welches
wenn werde werden wie wieder will wir wird wirst wo wollen wollte während würde würden zu zum zur zwar zwischen
"""

_ARABIC = """
في من على إلى عن مع هذا هذه ذلك تلك التي الذي الذين ما لا لم لن إن أن كان كانت يكون تكون هو هي هم هن نحن أنا أنت أنتم كل
بعض غير بين بعد قبل عند حتى إذا لو قد ثم أو أم بل لكن كما حيث هناك هنا و ف ب ل ك أي أيضا منذ دون خلال فيه فيها منه منها
عليه عليها إليه إليها به بها له لها
"""

STOP_WORDS: dict[str, tuple[str, ...]] = {
    "en": tuple(_ENGLISH.split()),
    "fr": tuple(_FRENCH.split()),
    "es": tuple(_SPANISH.split()),
    "de": tuple(_GERMAN.split()),
    "ar": tuple(_ARABIC.split()),
}
