import texts from '../../locales/en/questions.json'
import { addEnglish } from '../../lib/i18n/index.svelte'

addEnglish(texts)
