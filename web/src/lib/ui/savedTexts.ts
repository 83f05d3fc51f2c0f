import texts from '../../locales/en/saved.json'
import { addEnglish } from '../i18n/index.svelte'

addEnglish(texts)
