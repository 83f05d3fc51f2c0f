import texts from '../../locales/en/place.json'
import { addEnglish } from '../i18n/index.svelte'

addEnglish(texts)
