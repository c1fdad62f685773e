import { expect, test } from '@jest/globals';
import { Listing, listingOf } from '../../src/files/files.js';

test('a listing gives the kind of a name', () => {
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

test('of many files only requested ones are looked up', () => {
  const asked: string[] = [];
  const isFile = (name: string): boolean => {
    asked.push(name);
    return name === 'a';
  };
  const listing = new Listing({ files: () => ['a', 'b'], isFile }, new Map([['c', 'link']]));
  expect(listing.kind('a')).toBe('file');
  expect(listing.kind('c')).toBe('link');
  expect(listing.kind('d')).toBeUndefined();
  expect(asked).toEqual(['a', 'd']);
  expect(listing.names()).toEqual(['a', 'b', 'c']);
});
