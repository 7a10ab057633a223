# Come il bot si presenta su Telegram, dando del Lei.

telegram-description =
    { $name }

    Scriva qui che cosa succede e apriamo un ticket: Le rispondiamo in questa chat. Può mandare foto e file, chiedere a che punto siamo e rileggere tutto.
telegram-short-description = { $name }: scriva che cosa succede, apriamo un ticket e Le rispondiamo qui.
