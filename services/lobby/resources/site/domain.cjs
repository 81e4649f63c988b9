/** What a domain of one's own cannot do without: CloudFormation would say it late, and of a zone alone nothing at all. */
const taken =
  (param, needed) =>
  async ({ resolveVariable }) => {
    const value = await resolveVariable(`param:${param}`);
    if (value && !(await resolveVariable(`param:${needed}`)))
      throw new Error(`the param ${param} does nothing without the param ${needed}, which is empty`);
    return value;
  };

exports.domainName = taken('domainName', 'certificateArn');
exports.certificateArn = taken('certificateArn', 'domainName');
exports.hostedZoneId = taken('hostedZoneId', 'domainName');
