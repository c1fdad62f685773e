/** The files of a template as they lie in the package. */
export interface TemplateFiles {
  readonly name: string;
  /** template.ini; undefined for the texts that serve any unit */
  readonly description: string | undefined;
  /** each drop-in by its name without `.conf` */
  readonly texts: Readonly<Record<string, string>>;
}
