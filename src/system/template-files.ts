/** The files of a template as they lie in the package. */
export interface TemplateFiles {
  readonly name: string;
  /** template.ini; undefined for the texts that serve any unit */
  readonly description: string | undefined;
  /** each drop-in by its name without `.conf` */
  readonly texts: Readonly<Record<string, string>>;
  /** the texts that serve any unit, for a template of its own; read when they are asked for */
  readonly generalTexts?: () => Readonly<Record<string, string>>;
}
