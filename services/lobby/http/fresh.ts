/** A second old is new enough: whoever looks all the time hears of news by the socket. Browsers keep it; the distribution keeps nothing of APIs. */
export const FRESH_FOR_A_SECOND = { 'cache-control': 'public, max-age=1' };
