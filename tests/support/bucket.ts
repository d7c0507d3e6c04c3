import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import { afterTest } from './server.js';

export interface TestBucket {
  /** Environment that makes a test server keep its files here. */
  env: Record<string, string>;
  /** The names of all objects. */
  keys(): Promise<string[]>;
}

/** A bucket on an S3-compatible server of its own, which speaks S3's protocol over HTTP. */
export async function startBucket(): Promise<TestBucket> {
  const server = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: 'lectures' }));
  afterTest(async () => {
    client.destroy();
    await server.stop();
  });
  return {
    env: {
      S3_BUCKET: 'lectures',
      S3_ENDPOINT: endpoint,
      S3_ACCESS_KEY_ID: credentials.accessKeyId,
      S3_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    async keys() {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'lectures' }));
      return Contents.map(({ Key }) => Key ?? '').sort();
    },
  };
}
