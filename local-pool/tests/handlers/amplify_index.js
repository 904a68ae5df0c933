// Does what the index.js of an Amplify trigger function does: runs the modules that MODULES names, one after another.
const names = process.env.MODULES.split(',');
const loaded = names.map((name) => require(`./${name}`));

exports.handler = async (event, context) => {
  for (const { handler } of loaded) {
    await handler(event, context);
  }
  return event;
};
