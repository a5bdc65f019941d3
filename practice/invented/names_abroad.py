"""More names that go together, of families that came from farther away or were here
first.
"""

from __future__ import annotations

from practice.invented.names import Culture, names
from practice.languages import Language

CHINESE = Culture(
    women=names(
        "Fang, Hui, Jia, Jing, Lan, Li, Ling, Mei, Min, Qing, Wei, Xia, Xin, Yan"
    ),
    men=names(
        "Bo, Chao, Feng, Gang, Hao, Jian, Jun, Lei, Ming, Peng, Tao, Wei, Yong, Zhi"
    ),
    families=names(
        "Cai, Chan, Chen, Cheung, Deng, Fung, Gao, Guo, Huang, Kwok, Lam, Leung, "
        "Li, Liang, Lin, Liu, Luo, Ma, Ng, Song, Sun, Tang, Wang, Wong, Wu, Xie, "
        "Xu, Yang, Zhang, Zhou"
    ),
    speaks=((Language.MANDARIN, 30), (Language.CANTONESE, 14)),
)
KOREAN = Culture(
    women=names(
        "Eun-ji, Hye-jin, Ji-woo, Min-seo, Seo-yeon, Soo-ah, Yeon-hee, Yoon-seo"
    ),
    men=names(
        "Dong-hyun, Hyun-woo, Ji-ho, Joon-ho, Min-jun, Seung-min, Tae-yang, Woo-jin"
    ),
    families=names(
        "Ahn, Baek, Cho, Choi, Han, Hong, Jang, Jung, Kang, Kim, Lim, Oh, Park"
    ),
    speaks=((Language.KOREAN, 35),),
)
VIETNAMESE = Culture(
    women=names(
        "Bích, Diễm, Hạnh, Hương, Lan, Linh, Ngọc, Phương, Thảo, Thúy, Trang, Xuân"
    ),
    men=names(
        "Bảo, Cường, Đức, Dũng, Hải, Hiếu, Khoa, Long, Minh, Quang, Tâm, Tuấn, Việt"
    ),
    families=names(
        "Bùi, Đặng, Đinh, Đỗ, Dương, Hồ, Lê, Lý, Ngô, Nguyễn, Phạm, Phan, Võ, Vũ"
    ),
    speaks=((Language.VIETNAMESE, 42),),
)
FILIPINO = Culture(
    women=names(
        "Althea, Analyn, Cherry, Corazon, Divina, Imelda, Jocelyn, Luzviminda, Marites"
    ),
    men=names(
        "Alvin, Benigno, Danilo, Efren, Jericho, Jomar, Reynaldo, Rodel, Rommel, "
        "Rolando"
    ),
    families=names(
        "Abad, Agbayani, Bautista, Cabral, Dela Cruz, Dizon, Evangelista, Ilagan, "
        "Lacson, Macaraeg, Manalo, Pangilinan, Quiambao, Salonga, Tolentino, "
        "Villaflor"
    ),
    speaks=((Language.TAGALOG, 20),),
)
INDIAN = Culture(
    women=names(
        "Aditi, Ananya, Anjali, Bhavna, Deepa, Divya, Harpreet, Isha, Jaspreet, "
        "Kavita, Lata, Meera, Nandini, Neha, Pooja, Radhika, Sangeeta, Shreya, "
        "Simran, Sunita, Vidya"
    ),
    men=names(
        "Ajay, Amit, Anil, Arjun, Ashok, Gurpreet, Harish, Karan, Kiran, Manish, "
        "Mohan, Nikhil, Prakash, Rahul, Rajesh, Rohan, Sanjay, Suresh, Varun, "
        "Vijay, Vikram"
    ),
    families=names(
        "Agarwal, Bhatia, Chaudhary, Desai, Dhillon, Gill, Gupta, Iyer, Jain, "
        "Joshi, Kapadia, Krishnan, Malhotra, Mehta, Menon, Mishra, Nair, Pandya, "
        "Patel, Rao, Reddy, Sandhu, Shah, Sharma, Sidhu, Subramanian, Thakkar, "
        "Trivedi, Verma"
    ),
    speaks=(
        (Language.HINDI, 10),
        (Language.GUJARATI, 12),
        (Language.PUNJABI, 7),
        (Language.BENGALI, 3),
    ),
)
PAKISTANI = Culture(
    women=names(
        "Aisha, Amna, Bushra, Fatima, Hina, Kiran, Mariam, Nadia, Rabia, Saba, Zainab"
    ),
    men=names(
        "Adeel, Asad, Bilal, Faisal, Hamza, Imran, Kashif, Noman, Salman, Usman, Zubair"
    ),
    families=names(
        "Ahmed, Akhtar, Baig, Butt, Chaudhry, Iqbal, Javed, Mirza, Qureshi, Sheikh"
    ),
    speaks=((Language.URDU, 40), (Language.PUNJABI, 6)),
)
ARABIC = Culture(
    women=names(
        "Amal, Dalia, Farah, Hala, Iman, Layla, Lina, Maha, Nour, Rania, Salma, Yasmin"
    ),
    men=names(
        "Adel, Ahmad, Bassam, Hadi, Ibrahim, Karim, Khalil, Mahmoud, Omar, Rami, Yousef"
    ),
    families=names(
        "Abboud, Al-Masri, Awad, Barakat, Darwish, El-Amin, Faraj, Habib, Haddad, "
        "Hamdan, Jaber, Kanaan, Khoury, Mansour, Nasser, Qasem, Saleh, Shaheen, "
        "Tannous, Zeidan"
    ),
    speaks=((Language.ARABIC, 45),),
)
PERSIAN = Culture(
    women=names(
        "Azadeh, Fereshteh, Golnaz, Laleh, Mahsa, Niloufar, Parisa, Roya, Shirin"
    ),
    men=names(
        "Arash, Behrouz, Cyrus, Dariush, Farhad, Kourosh, Navid, Omid, Reza, Siavash"
    ),
    families=names(
        "Ahmadi, Bahrami, Ebrahimi, Farahani, Hosseini, Jafari, Karimi, Moradi"
    ),
    speaks=((Language.FARSI, 40),),
)
EAST_SLAVIC = Culture(
    women=names(
        "Halyna, Inna, Iryna, Kateryna, Larysa, Lyudmyla, Nadiya, Oksana, Olena, Yana"
    ),
    men=names(
        "Andriy, Bohdan, Dmytro, Ihor, Maksym, Mykola, Oleh, Serhiy, Taras, Vasyl, "
        "Yuriy"
    ),
    families=names(
        "Bondarenko, Boyko, Hrytsenko, Kovalenko, Kravchenko, Lysenko, Marchenko, "
        "Melnyk, Oliynyk, Petrenko, Savchenko, Shevchuk, Tkachenko, Vovk, "
        "Yurchenko, Zinchenko"
    ),
    speaks=((Language.UKRAINIAN, 45), (Language.RUSSIAN, 20)),
)
DINE = Culture(
    women=names(
        "Arlene, Bernita, Cheyenne, Darlene, Lorinda, Melvina, Nizhoni, Shandiin, "
        "Yanaba"
    ),
    men=names(
        "Alvin, Delbert, Emerson, Fernando, Harrison, Kee, Leland, Myron, Orlando, "
        "Wilford"
    ),
    families=names(
        "Attakai, Begay, Benally, Bitsui, Chee, Etsitty, Goldtooth, Joe, Manygoats, "
        "Nez, Peshlakai, Redhouse, Sandoval, Tohee, Tsinajinnie, Tso, Tsosie, "
        "Yazzie, Zah"
    ),
    speaks=((Language.NAVAJO, 22),),
)
HORN_OF_AFRICA = Culture(
    women=names(
        "Abeba, Amina, Asha, Bethlehem, Fadumo, Hodan, Meseret, Rahma, Selam, Tigist"
    ),
    men=names(
        "Abdi, Abebe, Dawit, Getachew, Hassan, Mohamud, Solomon, Tadesse, Yonas, Yusuf"
    ),
    families=names(
        "Abdullahi, Bekele, Desta, Farah, Haile, Jama, Kebede, Osman, Tesfaye, Warsame"
    ),
    speaks=((Language.AMHARIC, 30), (Language.SOMALI, 30), (Language.SWAHILI, 6)),
)
HAITIAN = Culture(
    women=names(
        "Carline, Fabiola, Guerda, Islande, Marie-Ange, Mirlande, Nadège, Rose- Laure"
    ),
    men=names(
        "Daphnis, Emmanuel, Frantz, Jean-Robert, Jocelyn, Pierre-Louis, Stanley, Wilner"
    ),
    families=names("Baptiste, Célestin, Desrosiers, Estimé, Jean-Baptiste, Toussaint"),
    speaks=((Language.HAITIAN, 45), (Language.FRENCH, 14)),
)
NEPALI = Culture(
    women=names(
        "Anju, Bimala, Gita, Laxmi, Manisha, Puja, Sabina, Sarita, Sushma, Tara"
    ),
    men=names("Bikash, Dipendra, Hari, Kamal, Nabin, Prem, Ramesh, Sagar, Suman, Tika"),
    families=names(
        "Adhikari, Basnet, Chhetri, Gurung, Karki, Lama, Rai, Shrestha, Tamang, Thapa"
    ),
    speaks=((Language.NEPALI, 50),),
)
HMONG = Culture(
    women=names("Chia, Gao Nou, Kia, Mai, Mai See, Pa Houa, Sheng, Xee, Yer"),
    men=names("Cheng, Chue, Fong, Kong Meng, Neng, Pao, Toua, Tou Ger, Xeng"),
    families=names("Her, Lor, Moua, Thao, Vang, Vue, Xiong, Yang"),
    speaks=((Language.HMONG, 40),),
)
JAPANESE = Culture(
    women=names("Akiko, Emi, Haruka, Kaori, Michiko, Naomi, Sakura, Yoko, Yumi"),
    men=names("Daisuke, Hiroshi, Kenji, Makoto, Naoki, Satoshi, Takumi, Yuto"),
    families=names(
        "Fujimoto, Hayashi, Ishikawa, Kobayashi, Matsuda, Nakamura, Okada, Yamashita"
    ),
    speaks=((Language.JAPANESE, 35),),
)
PORTUGUESE = Culture(
    women=names("Beatriz, Conceição, Fátima, Inês, Júlia, Letícia, Luísa, Thaís"),
    men=names("Caio, Davi, Gonçalo, João, Luís, Otávio, Thiago, Vinícius"),
    families=names(
        "Almeida, Barbosa, Carvalho, da Silva, Fonseca, Gonçalves, Magalhães, Teixeira"
    ),
    speaks=((Language.PORTUGUESE, 45),),
)
MEDITERRANEAN = Culture(
    women=names(
        "Antonella, Chiara, Eleni, Francesca, Giulia, Miriam, Shoshana, Talia, Vasiliki"
    ),
    men=names(
        "Ari, Dimitri, Enzo, Giacomo, Gideon, Konstantinos, Lorenzo, Matteo, Nikos"
    ),
    families=names(
        "Abramowitz, Bellini, Conti, Di Stefano, Feldman, Goldfarb, Kaplan, "
        "Lombardi, Mancini, Papadakis, Pappas, Rosenthal, Rubenstein, Santoro, "
        "Sarris, Vitale, Weissman"
    ),
    speaks=((Language.ITALIAN, 6), (Language.HEBREW, 4)),
)
