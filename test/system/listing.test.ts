import { expect, test } from '@jest/globals';
import { Listing, listingOf } from '../../src/system/listing.js';

test('a listing tells of what kind a name is', () => {
  const listing = listingOf([
    ['a', 'file'],
    ['b', 'link'],
    ['c', 'directory'],
  ]);
  expect(['a', 'b', 'c', 'd'].map((name) => listing.kind(name))).toEqual([
    'file',
    'link',
    'directory',
    undefined,
  ]);
  expect(listing.files).toEqual(['a']);
  expect(listing.names()).toEqual(['a', 'b', 'c']);
});

test('of many files only those are looked for that somebody asks for', () => {
  const asked: string[] = [];
  const listing = new Listing(['a', 'b'], new Map([['c', 'link']]), (name) => {
    asked.push(name);
    return name === 'a';
  });
  expect(listing.kind('a')).toBe('file');
  expect(listing.kind('c')).toBe('link');
  expect(listing.kind('d')).toBeUndefined();
  expect(asked).toEqual(['a', 'd']);
});
