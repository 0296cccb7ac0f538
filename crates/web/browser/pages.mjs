// The pages that are opened, and how.

export const PAGES = [
  { path: '/', status: 200 },
  { path: '/regulation', status: 200 },
  { path: '/regulation/20', status: 200 },
  { path: '/plan', status: 200 },
  { path: '/plan?stage=2023-2027', status: 200 },
  { path: '/plan/5', status: 200 },
  { path: '/policies', status: 200 },
  { path: '/policies?money=yes&level=nation', status: 200 },
  { path: '/policies/small-low-profit-cit', status: 200 },
  { path: '/procedures', status: 200 },
  { path: '/procedures/enterprise-voice', status: 200 },
  { path: '/calculator', status: 200 },
  { path: '/systems', status: 200 },
  { path: '/systems/x001', status: 200 },
  { path: '/organizations', status: 200 },
  { path: '/search?q=贷款', status: 200 },
  { path: '/about', status: 200 },
  { path: '/checkpoints', status: 200 },
  { path: '/nothing-here', status: 404 },
];

export const LANGUAGES = ['zh', 'en'];

/** A phone and a desk. */
export const VIEWPORTS = [
  { width: 390, height: 844 },
  { width: 1280, height: 900 },
];

/** The narrowest phone: WCAG 1.4.10. */
export const NARROW = { width: 320, height: 640 };
