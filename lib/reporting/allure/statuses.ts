import type { Verdict } from '../../record/types.ts';

/** What Allure calls the outcome of a test. */
export type AllureStatus = 'passed' | 'failed' | 'broken' | 'skipped';

/**
 * How a verdict stands in Allure. What is skipped counts for nothing there: where all the rest passed the report is green and says 100 %.
 * That is so for what does not apply, and for nothing else: what was blocked is broken as what is inconclusive, and its category tells it
 * apart.
 */
export const allureStatuses: Readonly<Record<Verdict, AllureStatus>> = { pass: 'passed', fail: 'failed', inconclusive: 'broken', blocked: 'broken', 'not-applicable': 'skipped' };
