import { describe } from 'vitest';
import { MemoryQueue } from '../../../src/adapters/memory/memory-queue.ts';
import { systemClock } from '../../../src/adapters/system/system-clock.ts';
import { queueContract } from '../../contracts/queue.ts';

describe('the queue in memory', () => queueContract(async (log) => new MemoryQueue(systemClock, log)));
