import texts from '../../locales/en/topic.json'
import { addEnglish } from '../i18n/index.svelte'

addEnglish(texts)
