// What @actions/glob uses of @actions/core.
exports.debug = () => {};
exports.info = () => {};
