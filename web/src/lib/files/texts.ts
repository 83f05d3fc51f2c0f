import texts from '../../locales/en/files.json'
import { addEnglish } from '../i18n/index.svelte'

addEnglish(texts)
