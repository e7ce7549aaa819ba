// The visitor that ships with swc does not know `using` and `await using`, and gives up on the file. It is taught here, for the layer rule only.
'use strict';
const { Visitor } = require('@swc/core/Visitor.js');

const visitStatement = Visitor.prototype.visitStatement;
Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement);
  statement.decls = this.visitVariableDeclarators(statement.decls);
  return statement;
};
const visitVariableDeclaration = Visitor.prototype.visitVariableDeclaration;
Visitor.prototype.visitVariableDeclaration = function (declaration) {
  if (declaration.type !== 'UsingDeclaration') return visitVariableDeclaration.call(this, declaration);
  declaration.decls = this.visitVariableDeclarators(declaration.decls);
  return declaration;
};
