// Live news that a page shows when the person wants it, so that nothing moves under the pointer.
class News {
  /** how often the verifiers' queue has changed since the app was opened */
  queue = $state(0)
}

export const news = new News()
