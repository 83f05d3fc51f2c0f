import texts from '../../locales/en/proofs.json'
import { addEnglish } from '../../lib/i18n/index.svelte'

addEnglish(texts)
