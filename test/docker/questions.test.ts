import { describe, expect, test } from '@jest/globals';
import { jobsQuestion } from '../../src/docker/questions.js';

describe('the question for jobs', () => {
  test('chosen fields only, since everything else may hold anything', () => {
    const { command } = jobsQuestion(['docker.service', 'iptables.service']);
    expect(command).toContain('--output-fields=_PID,UNIT,MESSAGE_ID,_SOURCE_REALTIME_TIMESTAMP');
    expect(command).toContain('UNIT=iptables.service');
    expect(command).not.toContain('UNIT=docker.service');
  });

  test('systemd before 236 has no such option, and would answer nothing', () => {
    expect(jobsQuestion(['iptables.service'], 219).command.join(' ')).not.toContain('--output-fields');
  });
});
